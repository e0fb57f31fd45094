"""The PBX's side of the hotel's codes: the file ``extensions_support.conf``.

The manual's own listing (L6076-L6126, L6172-L6201) does not work as printed: comments begin with
``//``, the menu's way back leads into another context, two empty entries fall through into a sale
of nothing, keys that come during a prompt end the call, and ``Macro`` is gone since Asterisk 21.

What a key does is a table (:mod:`rooms.dial_plan.table`, for people docs/dial-plan.md); the text is
written after it, row by row (:mod:`rooms.dial_plan.text`).
"""
