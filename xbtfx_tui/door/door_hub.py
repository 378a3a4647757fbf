"""The socket of the door: takes peers in, hands what they call to the answers, and writes what those say.

Each peer has a bounded share of the loop: one call a turn, as many a second as its session allows, and
nothing of it is read meanwhile. What goes wrong with one ends that one alone.
"""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path

import msgspec

from xbtfx_tui.domain.clock import Clock
from xbtfx_tui.domain.proposals import Proposal
from xbtfx_tui.door.door_answers import About, AboutProposal, DoorAnswers, DoorPeer
from xbtfx_tui.door.door_folder import peer_uid
from xbtfx_tui.door.door_frames import CallCancelled, Greeting, PeerCall
from xbtfx_tui.door.door_session import DoorSession, PeerSaid
from xbtfx_tui.door.proposal_desk import NotTaken, ProposalDesk, asker_name

_log = logging.getLogger(__name__)

MOST_PEERS = 8
LEFT_EVERY = 5.0
"""Seconds between two words to a call that waits."""
_READ, _WRITTEN = 16 * 1024, 64 * 1024
"""Bytes that are read, and written, in one go."""
_GOODBYE_WITHIN = 2.0
"""Seconds in which a peer has to take its goodbye."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CLOSED = "The terminal was closed."


class Welcome(msgspec.Struct, frozen=True):
    """What a peer learns of the terminal by its hello."""

    login: int | None
    mode: str


class _Waiting(msgspec.Struct):
    """A call that waits for a proposal to be over, until then at most (monotonic)."""

    proposal: int
    until: float
    told: float


class _Peer:
    """One connection."""

    def __init__(self, who: DoorPeer, session: DoorSession, writer: asyncio.StreamWriter) -> None:
        self.who = who
        self.session = session
        self.writer = writer
        self.has_out = asyncio.Event()
        self.waits: dict[int, _Waiting] = {}


class DoorHub:
    """`welcome` tells the terminal's own side of a hello."""

    def __init__(
        self, answers: DoorAnswers, proposals: ProposalDesk, clock: Clock, welcome: Callable[[], Welcome]
    ) -> None:
        self._answers = answers
        self._proposals = proposals
        self._clock = clock
        self._welcome = welcome
        self._server: asyncio.Server | None = None
        self._path: Path | None = None
        self._peers: dict[int, _Peer] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._count = 0
        self.stirs = asyncio.Event()
        """Set by each call of a peer: something may wait, or grow old, from then on."""

    @property
    def waits(self) -> bool:
        """Whether a call waits for something."""
        return any(peer.waits for peer in self._peers.values())

    async def open(self, path: Path) -> None:
        """Listen there. Raises OSError."""
        listening = socket.socket(socket.AF_UNIX)
        try:
            listening.bind(os.fspath(path))
            self._path = path
            path.chmod(0o600)  # noqa: ASYNC240 - a moment, once a run
            self._server = await asyncio.start_unix_server(self._came, sock=listening, limit=_READ)
        except BaseException:
            listening.close()
            self._forget_path()
            raise

    async def close(self) -> None:
        """Say goodbye to all peers, and listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for peer in self._peers.values():
            self._answer_waits(peer, self._now(), is_last=True)
            peer.session.end(_CLOSED)
            peer.has_out.set()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        self._forget_path()

    def _forget_path(self) -> None:
        if self._path is not None:
            with contextlib.suppress(OSError):
                self._path.unlink()
            self._path = None

    def _now(self) -> float:
        return self._clock.now().monotonic

    # --- one peer ---

    def _came(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer), name="a peer at the door")
        self._serving.add(task)
        task.add_done_callback(self._served)

    def _served(self, task: "asyncio.Task[None]") -> None:
        self._serving.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a peer at the door was left: %s", type(error).__name__, exc_info=error)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        if peer_uid(connection) != os.geteuid():
            _log.warning("another user's process came to the door, and was sent away")
            writer.transport.abort()
            return
        session = DoorSession(self._now())
        self._count += 1
        taken = {peer.who.letter for peer in self._peers.values()}
        letter = next(one for one in _LETTERS if one not in taken)
        peer = _Peer(DoorPeer(self._count, "", letter), session, writer)
        writer.transport.set_write_buffer_limits(high=_WRITTEN)
        if len(self._peers) >= MOST_PEERS:
            session.end(f"{MOST_PEERS} programs are connected already: that is the most.")
        else:
            self._peers[peer.who.number] = peer
        writing = asyncio.create_task(self._write(peer), name="answers at the door")
        try:
            await self._read(peer, reader)
        except (OSError, asyncio.IncompleteReadError) as error:
            _log.info("a peer at the door has gone: %s", type(error).__name__)
        finally:
            self._peers.pop(peer.who.number, None)
            self._proposals.peer_gone(peer.who.number)
            await self._see_off(peer, writing)

    async def _read(self, peer: _Peer, reader: asyncio.StreamReader) -> None:
        session = peer.session
        while session.ended is None:
            if (said := session.next(self._now())) is not None:
                self._act(peer, said)
            peer.has_out.set()
            if said is not None:
                await asyncio.sleep(0)  # one call a turn: keys and prices come in between
            elif (rest := session.rest(self._now())) > 0:
                await asyncio.sleep(rest)
            elif session.wants_bytes:
                try:
                    async with asyncio.timeout(session.hello_left(self._now())):
                        data = await reader.read(_READ)
                except TimeoutError:
                    session.end("No hello came.")
                    break
                if not data:
                    return
                session.receive(data)

    def _act(self, peer: _Peer, said: PeerSaid) -> None:
        match said:
            case Greeting(client):
                name = asker_name(client)
                peer.who = msgspec.structs.replace(peer.who, name=name)
                welcome = msgspec.structs.asdict(self._welcome())
                peer.session.greet(**welcome, letter=peer.who.letter, pid=os.getpid())
            case CallCancelled(number):
                if peer.waits.pop(number, None) is not None:
                    peer.session.refuse(number, "cancelled", "You cancelled the call.")
            case PeerCall(id=number):
                self._call(peer, said, number)

    def _call(self, peer: _Peer, call: PeerCall, number: int) -> None:
        self.stirs.set()
        match self._answers.answer(call, peer.who):
            case NotTaken(code, sentence):
                peer.session.refuse(number, code, sentence)
            case About(what):
                peer.session.answer(number, what)
            case AboutProposal(one) if call.wait and not one.state.is_over:
                now = self._now()
                peer.waits[number] = _Waiting(one.number, now + call.wait, now)
                peer.session.waiting.add(number)
            case AboutProposal(one):
                peer.session.answer(number, self._answers.proposal(one))

    # --- calls that wait ---

    def changed(self, _: Proposal) -> None:
        """A proposal is not what it was: who waits for it is told."""
        self.beat()

    def beat(self) -> None:
        """Answer the calls whose time has come."""
        now = self._now()
        for peer in self._peers.values():
            if peer.waits:
                self._answer_waits(peer, now)

    def _answer_waits(self, peer: _Peer, now: float, *, is_last: bool = False) -> None:
        for number, waiting in list(peer.waits.items()):
            one = self._proposals.known(waiting.proposal)
            if one is None or one.state.is_over or now >= waiting.until or is_last:
                del peer.waits[number]
                if one is None:
                    peer.session.refuse(number, "unknown", f"P{waiting.proposal} is not known any more.")
                else:
                    peer.session.answer(number, self._answers.proposal(one))
            elif now - waiting.told >= LEFT_EVERY:
                waiting.told = now
                peer.session.tell_left(number, waiting.until - now)
            else:
                continue
            peer.has_out.set()

    # --- out ---

    async def _write(self, peer: _Peer) -> None:
        with contextlib.suppress(OSError):
            while True:
                if data := peer.session.take_out(_WRITTEN):
                    peer.writer.write(data)
                    await peer.writer.drain()
                elif peer.session.ended is not None:
                    return
                else:
                    peer.has_out.clear()
                    await peer.has_out.wait()

    async def _see_off(self, peer: _Peer, writing: "asyncio.Task[None]") -> None:
        """Let it have its goodbye, if it takes it soon; then it is closed whatever it does."""
        peer.has_out.set()
        try:
            if peer.session.ended is not None:
                async with asyncio.timeout(_GOODBYE_WITHIN):
                    await writing
                    peer.writer.close()
                    await peer.writer.wait_closed()
        except (TimeoutError, OSError):
            pass
        finally:
            writing.cancel()
            peer.writer.transport.abort()
