"""Every write of the desk is safe: sent twice it is done once, and nobody's change is lost.

``{% guard … %}`` in a form (:mod:`frontdesk.templatetags.guard`), and around the view
:func:`frontdesk.guard.posts.once`; see docs/sent-twice.md.
"""
