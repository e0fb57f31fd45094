"""Reading requests: bodies, fields, query parameters, paging."""
