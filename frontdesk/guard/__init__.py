"""Protects every form of the desk: sent twice, it is processed once, and no change is lost.

``{% guard … %}`` in a form (:mod:`frontdesk.templatetags.guard`), and around the view
:func:`frontdesk.guard.posts.once`; see docs/sent-twice.md.
"""
