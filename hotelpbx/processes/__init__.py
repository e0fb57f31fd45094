"""The processes of the ``Procfile``."""
