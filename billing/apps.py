from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        from billing import credit  # noqa: F401  follows check-ins and changed limits
