"""The table as text: each state and key is an extension, and each of its rows some lines of it.

Only applications and functions are used that every Asterisk since 1.8 has. Keys are read one by one
with ``Read``, the only application during whose prompts no key is lost or taken for an extension;
between two of them the PBX buffers keys.
"""

from itertools import groupby
from typing import Final

from rooms.dial_plan.menus import MENUS, Case, Menu
from rooms.dial_plan.table import DIGIT, END, NONE, STAR, Row
from rooms.feature_codes.registry import codes_of
from rooms.models import Phone, Property

#: Seconds to wait for the next key, like the digit timeout of Asterisk.
WAIT: Final = 5

_HEADER: Final = """\
; Dial plan of hotelpbx for {name} ({code}).
; Upload it as /support/customcfg/extensions_support.conf (L6073); the prompts belong into
; /ysapps/pbxcenter/var/lib/asterisk/sounds/zh/ as 8 kHz 16 bit mono wav (L6128-L6144, L6203-L6214).
; It is written after a table of states and keys: see docs/dial-plan.md of hotelpbx.

[Local_Default_CallingRules]
include = hotelpbx-codes

[hotelpbx-codes]
"""

_DIALLED: Final = """\
exten = {code},1,Set(ahead=)
same = n,Goto({context},s,1)
"""

# "!" matches at once, so the code alone does not wait for more digits.
_DIALLED_IN_ONE_GO: Final = """\
exten = _{code}!,1,Set(ahead=${{FILTER(0123456789*#,${{EXTEN:{length}}})}}#)
same = n,Goto({context},s,1)
"""

_MENU: Final = """\

[{context}]
exten = s,1,Answer()
same = n,Set(state={state})
same = n,Set(whole=)
same = n,Set(silences=0)
same = n,Set(say={prompt})
same = n,Goto(key,1)

; The next key: of those dialed in one go, else from the phone.
exten = key,1,Set(key=${{ahead:0:1}})
same = n,Set(ahead=${{ahead:1}})
same = n,GotoIf($["${{key}}" != ""]?got)
same = n,Read(key,${{say}},1,,1,{wait})
same = n,Set(say=)
same = n(got),GotoIf($["${{key}}" = ""]?${{state}}_none,1)
same = n,GotoIf($["${{key}}" = "#"]?${{state}}_none,1)
same = n,Set(silences=0)
same = n,GotoIf($["${{key}}" = "*"]?${{state}}_star,1)
same = n,Goto(${{state}}_digit,1)

; The receiver was put down: what is complete counts.
exten = h,1,GotoIf($["${{whole}}" = ""]?end)
same = n,UserEvent(DtmfEndString,Info: {code}${{whole}})
same = n,Set(whole=)
same = n(end),Hangup()
"""

_KEYS: Final = {STAR: "star", DIGIT: "digit", NONE: "none"}


def dial_plan(property_: Property) -> str:
    """The file for all feature codes of the property."""
    menus = [make(property_) for make in MENUS.values()]
    parts = [_HEADER.format(name=_one_line(property_.name), code=property_.code)]
    parts += [_entrance(property_, menu) for menu in menus]
    parts += [_menu(menu) for menu in menus]
    return "".join(parts)


def dialled_in_one_go(property_: Property, code: str) -> bool:
    """Whether ``777*01`` can be dialed as one number.

    Not if another number of the hotel begins with the code: it could no longer be dialed.
    """
    others = {*codes_of(property_).values(), *property_.emergency_numbers}
    others |= set(Phone.objects.filter(property=property_).values_list("extension", flat=True))
    return not any(number.startswith(code) for number in others - {code})


def _one_line(text: str) -> str:
    """Text for a comment: a line break would begin a line of the dial plan."""
    return " ".join(text.split())


def _entrance(property_: Property, menu: Menu) -> str:
    text = _DIALLED
    if dialled_in_one_go(property_, menu.code):
        text += _DIALLED_IN_ONE_GO
    return text.format(code=menu.code, length=len(menu.code), context=menu.context)


def _menu(menu: Menu) -> str:
    first = menu.rows[0].state
    asked = next(row.spoken for row in menu.rows if row.state == first and row.spoken.endswith("?"))
    head = _MENU.format(
        context=menu.context, state=first, prompt=menu.prompts[asked], wait=WAIT, code=menu.code
    )
    return head + "".join(
        _extension(menu, state, key, tuple(rows))
        for (state, key), rows in groupby(menu.rows, lambda row: (row.state, row.key))
    )


def _extension(menu: Menu, state: str, key: str, rows: tuple[Row, ...]) -> str:
    """The assignments of the key, then the conditions in order, each with its steps."""
    steps = [f"Set({assignment})" for assignment in menu.taken.get((state, key), ())]
    blocks = []
    cases = list(menu.cases(rows))
    for number, case in enumerate(cases, 1):
        steps += [f"GotoIf($[{condition}]?row{number})" for condition in case.conditions]
        if case.conditions:
            blocks.append(_block(f"row{number}", case.name, _consequences(menu, case)))
        else:
            steps += _consequences(menu, case)
    first, *others = steps
    lines = [f"exten = {_word(state)}_{_KEYS[key]},1,{first}", *(f"same = n,{o}" for o in others)]
    return "\n" + "".join([f"{line}\n" for line in lines] + blocks)


def _block(label: str, name: str, steps: list[str]) -> str:
    first, *others = steps
    lines = [f"; {name}"] if name else []
    lines += [f"same = n({label}),{first}", *(f"same = n,{step}" for step in others)]
    return "".join(f"{line}\n" for line in lines)


def _consequences(menu: Menu, case: Case) -> list[str]:
    row = case.row
    if row.next == END:
        return ["Hangup()"]
    steps = []
    if row.told:
        told = menu.told[row.told.strip("()")]
        steps.append(f"Set(whole={told}${{{menu.again}}})")
    if row.told and not row.told.startswith("("):
        steps.append(f"UserEvent(DtmfEndString,Info: {menu.code}${{whole}})")
        steps.append("Set(whole=)")
        steps.append(f"Set({menu.again}=${{{menu.again}}}#)")
    steps += [f"Set({assignment})" for assignment in menu.begun.get((row.state, row.key), ())]
    if case.name:
        steps.append(f"Set(done={case.spoken})")
    if row.spoken:
        steps.append(f"Set(say={menu.prompts[row.spoken]})")
    return [*steps, f"Set(state={_word(row.next)})", "Goto(key,1)"]


def _word(state: str) -> str:
    """A state as part of the name of an extension."""
    return state.replace(" ", "")
