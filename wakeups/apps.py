from django.apps import AppConfig


class WakeupsConfig(AppConfig):
    name = "wakeups"

    def ready(self) -> None:
        from wakeups import changes, following, found  # noqa: F401  follow the guest and the phone
