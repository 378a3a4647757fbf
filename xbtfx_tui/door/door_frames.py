"""What is said at the door, version 1: one JSON object a line. Bytes to typed values and back; no state.

No frame can confirm, unlock or grant: there is no call for it, and what is not in `CALLS` is refused.
"""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

VERSION = 1
LONGEST_LINE = 64 * 1024
"""Bytes of a line, without its end."""
LONGEST_WAIT = 60.0
"""Seconds that one call may wait; who waits longer asks again."""
_LARGEST_ID = 2**53
_UNREADABLE = (msgspec.MsgspecError, ValueError, RecursionError, OverflowError)
"""What msgspec raises for what a peer may send; RecursionError is for what is nested too deeply."""


class NoArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A call without any."""


class LineArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`plan`: the line as it is typed at `:`."""

    line: str


class ProposeArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`propose`: the line, why in the asker's own words, and for how many seconds at most."""

    line: str
    why: str = ""
    lasts: int | None = None


class ProposalArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`status` and `withdraw`: the proposal's number."""

    proposal: int


class QuotesArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`quotes`: the symbols; all that are known where none is named."""

    symbols: list[str] = []


Arguments: TypeAlias = NoArguments | LineArguments | ProposeArguments | ProposalArguments | QuotesArguments

CALLS: Mapping[str, type[Arguments]] = {
    "account": NoArguments,
    "positions": NoArguments,
    "orders": NoArguments,
    "quotes": QuotesArguments,
    "plan": LineArguments,
    "propose": ProposeArguments,
    "status": ProposalArguments,
    "withdraw": ProposalArguments,
}
"""Every call there is, and what it takes."""
MAY_WAIT = frozenset({"propose", "status"})


class Greeting(msgspec.Struct, frozen=True):
    """The first frame: what the peer calls itself."""

    client: str


class PeerCall(msgspec.Struct, frozen=True):
    """A call, its arguments read."""

    id: int
    do: str
    args: Arguments
    wait: float = 0.0


class WrongCall(msgspec.Struct, frozen=True):
    """A call that can't be answered as it stands; the peer is told, and may go on."""

    id: int
    code: str
    sentence: str


class CallCancelled(msgspec.Struct, frozen=True):
    """The peer waits no longer for the answer to this call."""

    id: int


class Unreadable(msgspec.Struct, frozen=True):
    """No frame of this protocol: the sentence is the last that the peer is told."""

    sentence: str


Frame: TypeAlias = Greeting | PeerCall | WrongCall | CallCancelled | Unreadable


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """All that a frame may hold; which one it is, its fields tell."""

    hello: int | None = None
    client: str = ""
    id: int | None = None
    do: str | None = None
    args: msgspec.Raw = msgspec.Raw(b"{}")
    wait: float = 0.0
    cancel: int | None = None


_decoder = msgspec.json.Decoder(_Written)
_encoder = msgspec.json.Encoder()


def read_frame(line: bytes) -> Frame:
    """What a line says. Never raises, whatever it holds."""
    try:
        written = _decoder.decode(line)
    except _UNREADABLE:
        return Unreadable("That line is no frame of this protocol: one JSON object a line, by its fields.")
    kinds = [written.hello is not None, written.id is not None, written.cancel is not None]
    if sum(kinds) != 1:
        return Unreadable("A frame is a hello, a call with an id, or a cancel: one of them.")
    if written.hello is not None:
        if written.hello != VERSION:
            return Unreadable(f"This terminal speaks version {VERSION} of the protocol.")
        return Greeting(written.client)
    if written.cancel is not None:
        return CallCancelled(written.cancel)
    return _call(written, written.id or 0)


def _call(written: _Written, number: int) -> PeerCall | WrongCall | Unreadable:
    if not 0 <= number <= _LARGEST_ID:
        return Unreadable("An id is a whole number from 0 on.")
    if written.do is None or (takes := CALLS.get(written.do)) is None:
        return WrongCall(number, "call", f"There is no such call. There are: {', '.join(CALLS)}.")
    try:
        args = msgspec.json.decode(written.args, type=takes)
    except _UNREADABLE:
        names = ", ".join(takes.__struct_fields__) or "none"
        return WrongCall(number, "arguments", f"The arguments of {written.do} are: {names}.")
    if not 0 <= written.wait <= LONGEST_WAIT or (written.wait and written.do not in MAY_WAIT):
        most = f"Only propose and status wait, {LONGEST_WAIT:.0f} s at most."
        return WrongCall(number, "arguments", most)
    return PeerCall(number, written.do, args, written.wait)


def write_frame(**fields: object) -> bytes:
    """A frame of ours as its line."""
    return _encoder.encode(fields) + b"\n"
