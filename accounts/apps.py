from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import checks, receivers, second_factor, verification  # noqa: F401  registers the system checks and the receivers
