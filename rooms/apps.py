from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "rooms"

    def ready(self) -> None:
        from django.core.checks import register

        from rooms.feature_codes.registry import check_feature_codes
        from rooms.operations.attention import check_providers
        from rooms.operations.jobs import check_kinds
        from rooms.phones import receivers, statuses  # noqa: F401  connect signal receivers
        from rooms.resync import triggers  # noqa: F401  connects signal receivers
        from rooms.resync.difference import check_parts

        register(check_providers)
        register(check_parts)
        register(check_kinds)
        register(check_feature_codes)
