"""voicemail/query and voicemail/delete (L4013-L4165)."""

from typing import Any

from pbx.simulator.endpoints.base import Call, EndpointContext, extension, listed, needed
from pbx.simulator.errors import Refused


def query(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Messages of one, several or all extensions; none at all: the status only (L4033)."""
    numbers = listed(body.get("extid") or ",".join(context.state.extensions))
    boxes = [
        {
            "extid": number,
            "voicemail": [
                {
                    "voicemailfile": message.file,
                    "messagefrom": message.sender,
                    "voicemailstatus": message.status,
                    "voicemaildate": message.date,
                    "voicemaillength": str(message.seconds),
                }
                for message in extension(context, number).messages
            ],
        }
        for number in numbers
        if extension(context, number).messages
    ]
    return {"voicemails": boxes} if boxes else {}


def delete(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Delete one message or all of a status."""
    found = extension(context, needed(body, "extid"))
    file, status = needed(body, "voicemailfile"), needed(body, "voicemailstatus")
    if status not in ("read", "unread", "all"):
        raise Refused("20016")
    doomed = [
        message
        for message in found.messages
        if file in ("all", message.file) and status in ("all", message.status)
    ]
    if not doomed and file != "all":
        raise Refused("20018")
    found.messages = [message for message in found.messages if message not in doomed]
    return {}


CALLS: dict[str, Call] = {"voicemail/query": query, "voicemail/delete": delete}
