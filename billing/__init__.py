"""What the hotel sells over the phone: rated calls, minibar, charges and folios."""
