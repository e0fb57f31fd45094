"""The resources of the API: modules of one form, each with its serializers and views."""
