"""``manage.py doctor``: what is wrong with the house and its PBX, and what to do about it."""
