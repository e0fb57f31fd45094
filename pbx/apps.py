from django.apps import AppConfig
from django.core.checks import register


class PbxConfig(AppConfig):
    name = "pbx"

    def ready(self) -> None:
        from pbx.reports.registry import check_handlers

        register(check_handlers)
