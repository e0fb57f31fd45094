"""The dial plan for the hotel's feature codes: the PBX's file ``extensions_support.conf``.

The listing in the manual (L6076-L6126, L6172-L6201) does not work as printed: comments begin with
``//``, the menu returns to the wrong context, two empty entries fall through into an empty sale,
keys pressed during a prompt end the call, and ``Macro`` was removed in Asterisk 21.

A table says what each key does (:mod:`rooms.dial_plan.table`, for people docs/dial-plan.md); the
text is generated from it, row by row (:mod:`rooms.dial_plan.text`).
"""
