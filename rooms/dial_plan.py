"""The PBX's side of the hotel's codes: the file ``extensions_support.conf``.

The manual's own listing (L6076-L6126, L6172-L6201) does not work as printed: comments begin with
``//``, the menu's way back leads into another context, two empty entries fall through into a sale
of nothing, and ``Macro`` is gone since Asterisk 21. This one does the same with applications that
every Asterisk from 1.8 on has.
"""

from typing import Final

from rooms.models import Property

_HEADER: Final = """\
; Dial plan of hotelpbx for {name} ({code}).
; Upload it as /support/customcfg/extensions_support.conf (L6073); the prompts belong into
; /ysapps/pbxcenter/var/lib/asterisk/sounds/zh/ as 8 kHz 16 bit mono wav (L6128-L6144, L6203-L6214).

[Local_Default_CallingRules]
include = hotelpbx-codes

[hotelpbx-codes]
exten = {housekeeping},1,Goto(hotelpbx-status,s,1)
exten = {minibar},1,Goto(hotelpbx-minibar,s,1)

[hotelpbx-status]
exten = s,1,Answer()
same = n,Background(roomstatus)
same = n,WaitExten(6)
same = n,Hangup()
"""

# A status, and the same with the number of whoever cleaned behind it.
_STATUS: Final = """\
; {status}
exten = {keys},1,UserEvent(DtmfEndString,Info: {code}${{EXTEN}})
same = n,Goto(told,1)
exten = _{keys}*X.,1,UserEvent(DtmfEndString,Info: {code}${{EXTEN}})
same = n,Goto(told,1)
"""

_MINIBAR: Final = """\
; What the maid hears then: "room", and its number.
exten = told,1,Playback(room)
same = n,SayDigits(${{CALLERID(num)}})
same = n,Hangup()
exten = t,1,Hangup()
exten = i,1,Hangup()

[hotelpbx-minibar]
exten = s,1,Answer()
same = n(first),Set(tries=0)
same = n(product),Set(tries=$[${{tries}} + 1])
same = n,GotoIf($[${{tries}} > 3]?end)
same = n,Read(product,product_id,9,,1,6)
same = n,Set(product=${{FILTER(0-9,${{product}})}})
same = n,GotoIf($["${{product}}" = ""]?product)
same = n,Background(product_idc)
same = n,SayDigits(${{product}})
same = n,Set(tries=0)
same = n(quantity),Set(tries=$[${{tries}} + 1])
same = n,GotoIf($[${{tries}} > 2]?first)
same = n,Read(quantity,product_num,2,,1,6)
same = n,Set(quantity=${{FILTER(0-9,${{quantity}})}})
same = n,GotoIf($["${{quantity}}" = ""]?quantity)
same = n,Background(product_numc)
same = n,SayDigits(${{quantity}})
same = n,Read(answer,confirm,1,,1,6)
same = n,GotoIf($["${{answer}}" = "1"]?yes)
same = n,GotoIf($["${{answer}}" = "*"]?first)
same = n(end),Hangup()
same = n(yes),UserEvent(DtmfEndString,Info: {minibar}*${{product}}*${{quantity}})
same = n,Playback(success)
same = n,Goto(first)
"""


def dial_plan(property_: Property) -> str:
    """The file for all codes that the property has."""
    names = {
        "name": property_.name,
        "code": property_.code,
        "housekeeping": property_.housekeeping_code,
        "minibar": property_.minibar_code,
    }
    statuses = [
        _STATUS.format(keys=keys, status=status, code=property_.housekeeping_code)
        for keys, status in sorted(property_.housekeeping_statuses.items())
    ]
    return "".join([_HEADER.format(**names), *statuses, _MINIBAR.format(**names)])
