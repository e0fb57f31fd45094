"""voicemail/query and voicemail/delete (L4013-L4142)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pbx.client.answers import close_brackets, separate_objects
from pbx.client.caller import Caller
from pbx.client.values import joined_ids, number_or_none, one_id
from pbx.errors import Rejected
from pbx.reports.parsing.instants import wall_clock
from pbx.reports.parsing.lenient import JsonObject


@dataclass(frozen=True)
class VoicemailMessage:
    """A message in an extension's mailbox.

    :ivar file: its name, unique only together with ``status`` (L4164-L4165)
    :ivar status: ``read`` or ``unread``
    :ivar left_at: in the PBX's local time, without a zone; None if unreadable
    :ivar seconds: its length; None if unreadable
    """

    extension: str
    file: str
    sender: str
    status: str
    left_at: datetime | None
    seconds: int | None


class Voicemail:
    """Requests about voicemail."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def query(self, extids: Iterable[str]) -> tuple[VoicemailMessage, ...]:
        """The messages of some extensions, at least one."""
        return self._query({"extid": joined_ids(extids)})

    def query_all(self) -> tuple[VoicemailMessage, ...]:
        """The messages of all extensions."""
        return self._query({})

    def delete(self, message: VoicemailMessage) -> None:
        """Delete one message."""
        body = {
            "extid": one_id(message.extension),
            "voicemailfile": one_id(message.file),
            "voicemailstatus": message.status,
        }
        self._caller.call("voicemail/delete", body)

    def _query(self, body: Mapping[str, str]) -> tuple[VoicemailMessage, ...]:
        try:
            answer = self._caller.call(
                "voicemail/query", body, repairs=[separate_objects, close_brackets]
            )
        except Rejected as refusal:
            # Without messages the PBX sends only "success or failure" (L4033).
            if refusal.errno is None:
                return ()
            raise
        return tuple(
            _message(holder.text("extid", "number"), each)
            for holder in answer.objects("voicemails")
            for each in holder.objects("voicemail")
        )


def _message(extension: str, found: JsonObject) -> VoicemailMessage:
    return VoicemailMessage(
        extension=extension,
        file=found.text("voicemailfile"),
        sender=found.text("messagefrom"),
        status=found.text("voicemailstatus").lower(),
        left_at=wall_clock(found.text("voicemaildate")),
        seconds=number_or_none(found.text("voicemaillength")),
    )
