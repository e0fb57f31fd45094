from django.apps import AppConfig


class WakeupsConfig(AppConfig):
    name = "wakeups"

    def ready(self) -> None:
        from wakeups.receivers import commands, phones, settings, stays  # noqa: F401  connect
