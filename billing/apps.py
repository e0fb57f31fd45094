from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"

    def ready(self) -> None:
        # They follow check-ins and changed limits, and check-outs.
        from billing import credit, receivers  # noqa: F401
