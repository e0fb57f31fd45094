from django.apps import AppConfig


class WakeupsConfig(AppConfig):
    name = "wakeups"

    def ready(self) -> None:
        from wakeups import following  # noqa: F401  follows check-outs, moves and the phone
