from django.apps import AppConfig
from django.db.models.signals import post_delete


class PersonalizeConfig(AppConfig):
    name = "personalize"

    def ready(self) -> None:
        from covers.faces import register
        from personalize.checks import refuse_wrong_settings
        from personalize.face_source import MembersFaces
        from personalize.receivers import erase_face, erase_photo, erase_portrait

        refuse_wrong_settings()
        register(MembersFaces())

        post_delete.connect(erase_face, sender="personalize.Face", dispatch_uid="personalize.erase_face")
        post_delete.connect(erase_photo, sender="personalize.Photo", dispatch_uid="personalize.erase_photo")
        post_delete.connect(
            erase_portrait, sender="personalize.KeptPortrait", dispatch_uid="personalize.erase_portrait"
        )
