from django.apps import AppConfig
from django.db.models.signals import post_delete, post_migrate, pre_delete


class CoversConfig(AppConfig):
    name = "covers"

    def ready(self) -> None:
        from accounts.signals import verification_changed, visitor_became_member
        from covers.checks import refuse_wrong_settings
        from covers.receivers import (
            delete_cover_files,
            delete_drawing_files,
            delete_folder,
            delete_picture_file,
            delete_release_file,
            delete_version_files,
            delete_withheld_files,
            let_picture_go,
            offer_moderators,
            take_over,
            unlearn_review,
            weigh_again,
        )

        refuse_wrong_settings()
        visitor_became_member.connect(take_over, dispatch_uid="covers.take_over")
        verification_changed.connect(weigh_again, dispatch_uid="covers.weigh_again")
        post_migrate.connect(offer_moderators, sender=self, dispatch_uid="covers.offer_moderators")
        pre_delete.connect(unlearn_review, sender="covers.Review", dispatch_uid="covers.unlearn_review")
        post_delete.connect(delete_cover_files, sender="covers.Cover", dispatch_uid="covers.delete_cover_files")
        version = "covers.CoverVersion"
        post_delete.connect(delete_version_files, sender=version, dispatch_uid="covers.delete_version_files")
        drawing = "covers.VersionDrawing"
        post_delete.connect(delete_drawing_files, sender=drawing, dispatch_uid="covers.delete_drawing_files")
        withheld = "covers.WithheldPicture"
        post_delete.connect(delete_withheld_files, sender=withheld, dispatch_uid="covers.delete_withheld_files")
        post_delete.connect(let_picture_go, sender="covers.CoverRequest", dispatch_uid="covers.let_picture_go")
        uploaded = "covers.UploadedPicture"
        post_delete.connect(delete_picture_file, sender=uploaded, dispatch_uid="covers.delete_picture_file")
        post_delete.connect(delete_release_file, sender="covers.ReleaseFile", dispatch_uid="covers.delete_release_file")
        for name in ("Evaluation", "Retraining"):
            post_delete.connect(delete_folder, sender=f"covers.{name}", dispatch_uid=f"covers.delete_folder.{name}")
