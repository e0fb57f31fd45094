"""``manage.py doctor``: what is wrong with the installation and its PBX, and how to mend it."""
