from django.apps import AppConfig


class WakeupsConfig(AppConfig):
    name = "wakeups"

    def ready(self) -> None:
        from wakeups import change_receivers, receivers  # noqa: F401  follow the guest and the phone
        from wakeups.alarms import foreign_alarms  # noqa: F401  follow the guest and the phone
