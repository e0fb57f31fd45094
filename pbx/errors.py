"""Errors of calls to the PBX.

The class says how to proceed::

    PbxError
    ├── TryLater                    the request is fine: repeat it later
    │   ├── Unreachable             the request never reached the API: certainly not done
    │   ├── Timeout                 no complete answer in time          (outcome unknown)
    │   ├── ConnectionLost          the connection broke off            (outcome unknown)
    │   ├── ServerFault             HTTP 5xx, or an unreadable answer   (outcome unknown)
    │   ├── TooFrequent             10025: the PBX is still applying earlier changes
    │   ├── Busy                    the phone, line or file is in use at the moment
    │   ├── HeartbeatRefused        20011: log in again
    │   └── LinkExpired             a download link was used up or too old: ask for a new one
    ├── TokenInvalid                20004, 20005, 20006: log in once, then repeat once
    ├── Rejected                    this request will never succeed: a person must act
    │   ├── ExtensionMissing        10006
    │   ├── ExtensionRefused        10017: a value of the extension, often its name
    │   ├── AlarmMissing            10021
    │   ├── AlarmExists             10022
    │   ├── PromptMissing           10023: fails for every extension
    │   ├── NoCallRecords           20021
    │   └── AnswerTooLarge          more than we are willing to read (outcome unknown)
    └── Misconfigured               no request will succeed until a person changes a setting
        ├── LoginLocked             20002: our address is locked for ten minutes
        ├── LoginRefused            20003: five of these lock our address (L453)
        ├── CertificateRefused      the PBX's TLS certificate is not trusted
        └── WrongAddress            what answers at the URL is not the API of a PBX

``str(error)`` is a sentence for a person: what is wrong and what to do. It holds neither
tokens nor passwords nor addresses with a query.
"""

from typing import Final


class PbxError(Exception):
    """A failed call to the PBX.

    :ivar errno: the PBX's error number as text (L6554-L6618), or None
    :ivar outcome_unknown: the PBX may have carried out the request nevertheless: query it before
        repeating anything that must not happen twice
    """

    outcome_unknown: bool = False

    def __init__(self, detail: str, *, errno: str | None = None) -> None:
        super().__init__(detail)
        self.errno = errno


class TryLater(PbxError):
    """A temporary failure: repeat later."""


class Unreachable(TryLater):
    """The API was not reached; the request was certainly not carried out."""


class Timeout(TryLater):
    """The request was sent, but no complete answer arrived in time."""

    outcome_unknown = True


class ConnectionLost(TryLater):
    """The connection was lost before the complete answer had arrived."""

    outcome_unknown = True


class ServerFault(TryLater):
    """The PBX failed internally, or its answer cannot be read."""

    outcome_unknown = True


class TooFrequent(TryLater):
    """Configuration changes came too fast one after another (T23).

    It is not documented whether the change is then stored but not yet applied, so a query would not
    tell. Repeating the same change is safe.
    """


class Busy(TryLater):
    """A resource that the request needs is in use."""


class HeartbeatRefused(TryLater):
    """The heartbeat was not accepted: log in again."""


class LinkExpired(TryLater):
    """A download link lives for 30 seconds and one use (L4278)."""


class TokenInvalid(PbxError):
    """The token is unknown or too old (30 minutes without a request, L494)."""


class Rejected(PbxError):
    """The PBX rejects this request, however often it is repeated."""


class ExtensionMissing(Rejected):
    """An extension of the request does not exist."""


class ExtensionRefused(Rejected):
    """The PBX did not accept a value of the extension."""


class AlarmMissing(Rejected):
    """The extension has no such alarm; a deletion has nothing left to do."""


class AlarmExists(Rejected):
    """The extension has an alarm at that time already."""


class PromptMissing(Rejected):
    """The PBX has no prompt of that name, for any extension."""


class NoCallRecords(Rejected):
    """There are no call records in the period."""


class AnswerTooLarge(Rejected):
    """The answer exceeds our limit: request less at a time."""

    outcome_unknown = True


class Misconfigured(PbxError):
    """No request will succeed until a person changes a setting, here or on the PBX."""


class LoginLocked(Misconfigured):
    """Too many wrong passwords from our address; there must be no further attempt (L453)."""


class LoginRefused(Misconfigured):
    """The user name or password is wrong. It must not be tried again automatically (T14)."""


class CertificateRefused(Misconfigured):
    """The TLS certificate of the PBX cannot be trusted."""


class WrongAddress(Misconfigured):
    """The URL does not lead to the API of a PBX."""


_OUR_FAULT: Final = "This is a fault of the program or of a proxy on the way: report it."

# errno -> what it is and a sentence for a person. Complete against the manual (L6554-L6618).
MEANINGS: Final[dict[str, tuple[type[PbxError], str]]] = {
    "10002": (Rejected, f"The PBX took the request for XML. {_OUR_FAULT}"),
    "10003": (
        Rejected,
        "The PBX does not know this request. "
        "Its firmware may be too old: 30.10.0.59 or later is needed.",
    ),
    "10004": (Rejected, f"The PBX misses a value in the request. {_OUR_FAULT}"),
    "10006": (
        ExtensionMissing,
        "The extension does not exist on the PBX. Create it there or correct the room's phone.",
    ),
    "10007": (Rejected, "The call does not exist any more. Nothing needs to be done."),
    "10008": (Busy, "The extension is in a call. It is tried again when it may be free."),
    "10009": (
        Rejected,
        "The extension does not allow being monitored. Allow it on the PBX if it is wanted.",
    ),
    "10010": (
        Rejected,
        "The monitor mode of the extension does not fit. Change it on the PBX.",
    ),
    "10011": (Rejected, "The called number does not exist. Check the number."),
    "10012": (
        Rejected,
        "The IVR does not exist on the PBX. Create it there or correct the setting.",
    ),
    "10013": (
        Rejected,
        "The queue does not exist on the PBX. Create it there or correct the setting.",
    ),
    "10014": (
        Rejected,
        "The ring group does not exist on the PBX. Create it there or correct the setting.",
    ),
    "10015": (Busy, "The PBX could not connect the two sides of the call. Try it again."),
    "10016": (Rejected, "It was too late to accept or refuse the call. Nothing can be done."),
    "10017": (
        ExtensionRefused,
        "The PBX did not accept the extension's settings. "
        "Look for unusual characters in the name and for values that the PBX does not know.",
    ),
    "10018": (Rejected, "The PBX did not accept the IVR's settings. Look at them on the PBX."),
    "10019": (Rejected, "The PBX did not accept the queue's settings. Look at them on the PBX."),
    "10020": (
        Rejected,
        "The PBX could not add or change the alarm. "
        "Look at the extension's alarms on the PBX: too many, or a prompt that is missing.",
    ),
    "10021": (
        AlarmMissing,
        "The extension has no such alarm on the PBX: it may have rung.",
    ),
    "10022": (
        AlarmExists,
        "The extension has an alarm at that time already. Look at its alarms on the PBX.",
    ),
    "10023": (
        PromptMissing,
        "The voice prompt does not exist on the PBX. Upload it there or correct the setting.",
    ),
    "10024": (
        Rejected,
        "The extension may not call outside. Give it an outbound route on the PBX.",
    ),
    "10025": (
        TooFrequent,
        "The PBX is still applying earlier changes. The request is repeated after a while.",
    ),
    "10026": (Rejected, "The GSM module does not exist on the PBX. Correct the trunk's name."),
    "10027": (Busy, "No GSM module is free. Try it again."),
    "10028": (Rejected, f"The PBX misses the number. {_OUR_FAULT}"),
    "10029": (Busy, "The PBX could not open the file of the text message. Try it again."),
    "10030": (Rejected, f"The PBX misses the text of the message. {_OUR_FAULT}"),
    "10031": (
        Rejected,
        "The PBX does not accept the dialed number. Check the number and the outbound route.",
    ),
    "10032": (Rejected, "The password is wrong. Correct it in the settings."),
    "10033": (
        Rejected,
        "The PBX did not accept the extension's outbound routes. "
        "Check that the routes of the class of service exist on the PBX.",
    ),
    "20000": (Rejected, f"The PBX did not take the request for JSON. {_OUR_FAULT}"),
    "20001": (
        Misconfigured,
        "The PBX got something else than a POST. A redirect or proxy changes the request: "
        "use the PBX's own API port (8088) in the URL.",
    ),
    "20002": (
        LoginLocked,
        "The PBX has locked this server's address after too many wrong passwords. Wait ten "
        "minutes, correct the API user name and password, or unblock the address on the PBX.",
    ),
    "20003": (
        LoginRefused,
        "The PBX refuses the API user name or password. "
        "Correct them; nothing is tried before they change.",
    ),
    "20004": (TokenInvalid, "The PBX does not know the session any more. Log in again."),
    "20005": (TokenInvalid, "The request had no session. Log in again."),
    "20006": (TokenInvalid, "The session with the PBX is too old. Log in again."),
    "20007": (Rejected, f"The PBX got an empty request. {_OUR_FAULT}"),
    "20008": (
        Misconfigured,
        "The PBX does not accept the port for its reports. Correct REPORT_BASE_URL.",
    ),
    "20009": (Rejected, f"The PBX got a request without a name. {_OUR_FAULT}"),
    "20010": (
        ServerFault,
        "The PBX could not hand the request to its API service. It is tried again.",
    ),
    "20011": (HeartbeatRefused, "The PBX did not accept the heartbeat. Log in again."),
    "20012": (LinkExpired, "The link to the recording is used up or too old. Ask for a new one."),
    "20013": (Misconfigured, "The PBX does not accept the verification code. Correct it."),
    "20014": (Rejected, "The recording does not exist on the PBX. It may have been deleted."),
    "20015": (
        Misconfigured,
        "The PBX does not allow downloads to this address. "
        "Check how this server's address appears to the PBX.",
    ),
    "20016": (Rejected, f"The PBX does not know the state of the voicemail. {_OUR_FAULT}"),
    "20017": (LinkExpired, "The link to the voicemail is used up or too old. Ask for a new one."),
    "20018": (Rejected, "The voice file does not exist on the PBX. It may have been deleted."),
    "20019": (Rejected, f"The PBX cannot read the period of the call records. {_OUR_FAULT}"),
    "20020": (
        LinkExpired,
        "The link to the call records is used up or too old. Ask for a new one.",
    ),
    "20021": (NoCallRecords, "The PBX has no call records in that period."),
    "30001": (ServerFault, "The PBX has run out of memory. It is tried again."),
    "30003": (
        Unreachable,
        "The PBX answers, but its API service is not running. "
        "If this lasts, switch the API off and on again on the PBX.",
    ),
}


def error_for(errno: str | None) -> PbxError:
    """The exception for an error number of the PBX; an unknown one needs a person."""
    if not errno:
        return Rejected("The PBX refused the request without giving a reason.")
    if errno not in MEANINGS:
        return Rejected(
            f"The PBX refused the request with error {errno[:16]}, which its manual does not "
            "list. Ask the maker what it means.",
            errno=errno,
        )
    kind, sentence = MEANINGS[errno]
    return kind(f"{sentence} (PBX error {errno})", errno=errno)
