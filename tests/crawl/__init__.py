"""Every address of the desk and the API, walked by everybody, with hostile hands."""
