"""One peer's side of the protocol without a socket: bytes in, frames and answers out, and all of its limits.

It never raises for what a peer sends, and holds a bounded number of bytes whatever that is. Whoever drives it
reads no more bytes while it has a whole line or its rate is spent: so the peer is kept waiting, not us.
"""

from typing import TypeAlias

from xbtfx_tui.door.door_frames import (
    LONGEST_LINE,
    CallCancelled,
    Greeting,
    PeerCall,
    Unreadable,
    WrongCall,
    read_frame,
    write_frame,
)

HELLO_WITHIN = 2.0
"""Seconds in which a peer says hello."""
CALLS_A_SECOND, BURST = 20.0, 40.0
MOST_WAITING = 8
"""Calls of one peer that may wait at once."""
MOST_UNREAD = 1024 * 1024
"""Bytes of answers that a peer may leave unread."""

PeerSaid: TypeAlias = Greeting | PeerCall | CallCancelled


class DoorSession:
    """`opened` is when the peer came (monotonic). `ended` is why it is over, as the sentence that the peer
    was told last; None while it is not."""

    def __init__(self, opened: float) -> None:
        self.ended: str | None = None
        self.waiting: set[int] = set()
        self._opened = opened
        self._greeted = False
        self._in = bytearray()
        self._out = bytearray()
        self._last_id = -1
        self._tokens = BURST
        self._counted = opened

    # --- in ---

    @property
    def wants_bytes(self) -> bool:
        """Whether there is no whole line to be understood."""
        return self.ended is None and b"\n" not in self._in

    def receive(self, data: bytes) -> None:
        """Take bytes as they came. What comes after the end is left out."""
        if self.ended is not None:
            return
        self._in += data
        end = self._in.find(b"\n")
        if (end if end >= 0 else len(self._in)) > LONGEST_LINE:
            self.end(f"A line has {LONGEST_LINE // 1024} KiB at most.")

    def next(self, now: float) -> PeerSaid | None:
        """The next thing that the peer said; None where more bytes, or a moment's rest, have to come first.
        What is wrong with a call is answered here."""
        while self.ended is None and (end := self._in.find(b"\n")) >= 0 and self._may_take(now):
            if end > LONGEST_LINE:
                self.end(f"A line has {LONGEST_LINE // 1024} KiB at most.")
                break
            line = bytes(self._in[:end])
            del self._in[: end + 1]
            self._tokens -= 1
            if (said := self._understand(line)) is not None:
                return said
        return None

    def rest(self, now: float) -> float:
        """Seconds until the next line may be taken; 0 where it may be, or there is none."""
        if self.wants_bytes or self.ended is not None or self._may_take(now):
            return 0.0
        return (1.0 - self._tokens) / CALLS_A_SECOND

    def hello_left(self, now: float) -> float | None:
        """Seconds in which a hello has to come; None once it has."""
        return None if self._greeted else max(0.0, self._opened + HELLO_WITHIN - now)

    def _may_take(self, now: float) -> bool:
        """Whether the rate allows a line now; a clock that goes back gives nothing."""
        gained = max(0.0, now - self._counted) * CALLS_A_SECOND
        self._tokens, self._counted = min(BURST, self._tokens + gained), now
        return self._tokens >= 1.0

    def _understand(self, line: bytes) -> PeerSaid | None:
        match frame := read_frame(line):
            case Unreadable(sentence):
                self.end(sentence)
                return None
            case Greeting():
                if self._greeted:
                    self.end("Hello was said before.")
                    return None
                self._greeted = True
                return frame
            case _ if not self._greeted:
                self.end("Say hello first.")
                return None
            case CallCancelled():
                return frame
            case PeerCall(id=number) | WrongCall(id=number):
                return self._called(frame, number)

    def _called(self, call: PeerCall | WrongCall, number: int) -> PeerCall | None:
        if number <= self._last_id:
            self.end("The id of a call is larger than that of the one before.")
            return None
        self._last_id = number
        if isinstance(call, WrongCall):
            self.refuse(number, call.code, call.sentence)
            return None
        if call.wait and len(self.waiting) >= MOST_WAITING:
            self.refuse(number, "waiting", f"{MOST_WAITING} calls of yours wait already.")
            return None
        return call

    # --- out ---

    def greet(self, **about: object) -> None:
        """Answer the hello."""
        self._write(write_frame(hello=1, **about))

    def answer(self, number: int, what: object) -> None:
        self.waiting.discard(number)
        self._write(write_frame(id=number, ok=what))

    def refuse(self, number: int, code: str, sentence: str) -> None:
        self.waiting.discard(number)
        self._write(write_frame(id=number, no={"code": code, "sentence": sentence}))

    def tell_left(self, number: int, left: float) -> None:
        """That a call still waits, for so many seconds at most."""
        self._write(write_frame(id=number, left=round(left, 1)))

    def end(self, sentence: str) -> None:
        """Say goodbye; nothing is taken in any more."""
        if self.ended is None:
            self.ended = sentence
            self._in.clear()
            self.waiting.clear()
            self._out += write_frame(bye=sentence)

    def take_out(self, most: int) -> bytes:
        """The next bytes to be written, so many at most."""
        taken = bytes(self._out[:most])
        del self._out[:most]
        return taken

    def _write(self, line: bytes) -> None:
        if self.ended is not None:
            return
        if len(self._out) + len(line) > MOST_UNREAD:
            self.end(f"{MOST_UNREAD // 1024} KiB of answers were left unread.")
        else:
            self._out += line
