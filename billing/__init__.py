"""Guest billing: rated calls, minibar, charges, payments and folios."""
