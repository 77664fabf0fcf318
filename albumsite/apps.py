from django.apps import AppConfig


class AlbumsiteConfig(AppConfig):
    name = "albumsite"

    def ready(self) -> None:
        from albumsite import checks, error_reports  # noqa: F401  registers the system checks

        error_reports.begin()
