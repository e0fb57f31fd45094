"""The resources of the contract (§4): sibling modules of one shape, each with its serializers."""
