from django.apps import AppConfig


class CoversConfig(AppConfig):
    name = "covers"

    def ready(self) -> None:
        from accounts.signals import visitor_became_member
        from covers.receivers import take_over

        visitor_became_member.connect(take_over, dispatch_uid="covers.take_over")
