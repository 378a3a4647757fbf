"""The door over a real socket: who is let in, what is answered, who waits, and what a bad peer costs."""

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.alert_terminal import until
from tests.unit.door_account import DoorAccount, Peer, a_door
from tests.unit.planning_account import an_account
from xbtfx_tui.domain.login_state_owner import KeptByAnother
from xbtfx_tui.domain.proposals import LetIn, ProposalState
from xbtfx_tui.door import door_session
from xbtfx_tui.door.door_client import (
    DoorError,
    NoTerminalError,
    Refusal,
    SeveralTerminalsError,
    Told,
    find_doors,
    open_door,
)
from xbtfx_tui.door.door_folder import (
    DoorPlace,
    NoPlace,
    door_folders,
    folder_problem,
    free_place,
    places_to_look,
    sockets_in,
)
from xbtfx_tui.door.door_hub import MOST_PEERS


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of ours with a short path, as a socket needs one."""
    with tempfile.TemporaryDirectory(prefix="door-", dir="/tmp") as made:
        yield Path(made)


# --- the folder -------------------------------------------------------------------------------------------


def test_a_folder_that_others_may_look_into_a_link_and_a_file_are_refused(folder: Path) -> None:
    assert folder_problem(folder) is None
    link, file, open_one = folder / "link", folder / "file", folder / "open"
    open_one.mkdir()
    open_one.chmod(0o755)
    link.symlink_to(folder)
    file.touch()
    assert "is a link" in str(folder_problem(link))
    assert "is no folder" in str(folder_problem(file))
    assert "chmod 700" in str(folder_problem(open_one))
    place = DoorPlace((open_one,), is_paper=True)
    assert isinstance(free_place(place, 1), NoPlace)


def test_what_a_dead_terminal_left_goes_and_who_listens_stays(folder: Path) -> None:
    dead, alive = folder / "7.sock", folder / "8.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(os.fspath(dead))
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.fspath(alive))
        listening.listen()
        assert free_place(DoorPlace((folder,), is_paper=False), 7) == dead
        taken = free_place(DoorPlace((folder,), is_paper=False), 8)
        assert isinstance(taken, NoPlace) and "another program listens" in taken.why
        assert list(sockets_in(folder)) == [alive]


def test_a_path_that_is_too_long_is_passed_over_and_said_where_none_is_left(folder: Path) -> None:
    long = folder / ("x" * 90)
    assert free_place(DoorPlace((long, folder), is_paper=False), 7) == folder / "7.sock"
    none = free_place(DoorPlace((long,), is_paper=False), 7)
    assert isinstance(none, NoPlace) and "too long" in none.why and not long.exists()


def test_who_looks_for_a_terminal_looks_wherever_one_may_be(tmp_path: Path) -> None:
    session = {"XDG_RUNTIME_DIR": str(tmp_path / "session")}
    for environ in (session, {}):  # cron has no session
        assert set(door_folders(environ, tmp_path, 7)) <= set(places_to_look(environ, tmp_path, 7))
    assert door_folders(session, tmp_path, 7)[0] == tmp_path / "session" / "xbtfx-tui"


def test_who_is_let_in() -> None:
    assert [LetIn.PAPER.lets_into(is_paper=paper) for paper in (True, False)] == [True, False]
    assert [LetIn.ALL.lets_into(is_paper=paper) for paper in (True, False)] == [True, True]
    assert [LetIn.NONE.lets_into(is_paper=paper) for paper in (True, False)] == [False, False]


# --- who comes in -----------------------------------------------------------------------------------------


async def test_a_second_terminal_has_no_door_and_says_why(folder: Path) -> None:
    async with a_door(folder, keeping=KeptByAnother(4711)) as (keeper, account):
        assert list(sockets_in(folder)) == []
        assert keeper.proposals.door_words.startswith("Another terminal (pid 4711) was here first")
        assert account.said == []


def open_to_others(folder: Path, path: Path) -> None:
    folder.chmod(0o711)
    path.chmod(0o777)


_AS_ANOTHER = """
import os, socket, sys
os.setgroups([]); os.setgid(65534); os.setuid(65534)
peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[1])
peer.sendall(b'{"hello":1,"client":"x"}\\n')
peer.settimeout(10)
print(peer.recv(1000))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
async def test_another_users_process_is_sent_away_without_a_word(folder: Path) -> None:
    async with a_door(folder) as (_, account):
        (path,) = sockets_in(folder)
        # Otherwise nobody else would come as far as the socket.
        open_to_others(folder, path)
        command = [sys.executable, "-I", "-c", _AS_ANOTHER, os.fspath(path)]
        run = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, err = await run.communicate()
        assert out == b"b''\n" or b"ConnectionResetError" in err or b"BrokenPipeError" in err, (out, err)
        assert account.said == []


async def test_the_ninth_is_told_that_it_is_one_too_many(folder: Path) -> None:
    async with a_door(folder) as (keeper, _):
        peers = [await Peer.comes(folder) for _ in range(MOST_PEERS)]
        late = await Peer.comes(folder, client=None)
        assert "8 programs" in str((await late.hears())["bye"])
        peers[0].goes()
        await until(lambda: len(keeper._hub._peers) < MOST_PEERS)
        assert "ok" in await (await Peer.comes(folder)).asks("account")


async def test_who_says_no_hello_is_sent_away(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_session, "HELLO_WITHIN", 0.05)
    async with a_door(folder):
        silent = await Peer.comes(folder, client=None)
        assert await silent.hears() == {"bye": "No hello came."}
        assert await silent.hears() == {"gone": True}


# --- what is answered -------------------------------------------------------------------------------------


async def test_reads_plans_and_quotes_come_from_the_store(folder: Path) -> None:
    async with a_door(folder):
        peer = await Peer.comes(folder)
        account = (await peer.asks("account"))["ok"]
        assert isinstance(account, dict) and account["login"] == 50012345 and account["trading"] == "open"
        held = (await peer.asks("positions"))["ok"]
        assert isinstance(held, dict) and {row["ticket"] for row in held["positions"]} >= {184729}
        assert all(isinstance(row["profit"], str) for row in held["positions"])
        orders = (await peer.asks("orders"))["ok"]
        assert isinstance(orders, dict) and orders["failing"] is False
        quotes = (await peer.asks("quotes", symbols=["EURUSD", "NOSUCH"]))["ok"]
        assert isinstance(quotes, dict)
        assert quotes["quotes"][1] == {
            "symbol": "NOSUCH",
            "bid": None,
            "ask": None,
            "age_s": None,
            "stale": "no quote of it has come",
        }
        planned = (await peer.asks("plan", line="buy 0.10 eurusd sl=30p"))["ok"]
        assert isinstance(planned, dict) and planned["opens"] is True
        assert planned["line"] == "buy 0.10 EURUSD sl=30p" and planned["words"].startswith("Buy 0.10 EURUSD")
        assert (await peer.asks("plan", line="bye"))["no"]
        assert (await peer.asks("unlock"))["no"]


async def test_what_was_not_read_is_no_empty_list(folder: Path) -> None:
    async with a_door(folder, DoorAccount(an_account(is_read=False))):
        peer = await Peer.comes(folder)
        for call in ("account", "positions", "orders"):
            no = (await peer.asks(call))["no"]
            assert isinstance(no, dict) and no["code"] == "not_read"


async def test_a_call_waits_until_it_is_decided_and_is_told_at_once(folder: Path) -> None:
    async with a_door(folder) as (keeper, account):
        peer = await Peer.comes(folder, "night.sh")
        made = (await peer.asks("propose", line="close all", why="done for today"))["ok"]
        assert isinstance(made, dict) and made["status"] == "pending" and made["by"] == "[night.sh a]"
        number = peer.calls("status", {"proposal": 1}, wait=60)
        again = peer.calls("status", {"proposal": 1}, wait=60)
        peer.says({"cancel": again})
        told = await peer.hears()
        assert told["id"] == again and "no" in told
        keeper.proposals.decline(1, "no")
        told = await peer.hears()
        assert told["id"] == number and isinstance(told["ok"], dict) and told["ok"]["status"] == "declined"
        assert account.said[-1].startswith("P1 [night.sh a] proposes")


async def test_a_wait_that_is_over_is_answered_as_it_stands(folder: Path) -> None:
    async with a_door(folder):
        peer = await Peer.comes(folder)
        peer.calls("propose", {"line": "close all"}, wait=0.3)
        told = await peer.hears()
        assert isinstance(told["ok"], dict) and told["ok"]["status"] == "pending"


async def test_who_dies_while_it_waits_leaves_its_line_and_is_marked_as_gone(folder: Path) -> None:
    async with a_door(folder) as (keeper, _):
        command = [sys.executable, "-c", _DIES_WAITING, os.fspath(sockets_in(folder)[0])]
        run = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
        assert run.stdout is not None
        await run.stdout.readline()
        await until(lambda: keeper.proposals.pending == 1)
        found = keeper.proposals.known(1)
        assert found is not None and found.peer is not None
        run.kill()
        await run.wait()
        await until(lambda: (one := keeper.proposals.known(1)) is not None and one.peer is None)
        peer = await Peer.comes(folder)
        told = (await peer.asks("status", proposal=1))["ok"]
        assert isinstance(told, dict) and told["status"] == "pending"


_DIES_WAITING = """
import socket, sys, time
peer = socket.socket(socket.AF_UNIX)
peer.connect(sys.argv[1])
peer.sendall(b'{"hello":1,"client":"x"}\\n{"id":1,"do":"propose","args":{"line":"close all"},"wait":60}\\n')
print(peer.recv(1000), flush=True)
time.sleep(600)
"""


async def test_the_end_of_the_terminal_is_told_to_who_waits(folder: Path) -> None:
    async with a_door(folder):
        peer = await Peer.comes(folder)
        peer.calls("propose", {"line": "close all"}, wait=60)
        await peer_is_heard(peer)
    told = await peer.hears()
    assert isinstance(told["ok"], dict) and told["ok"]["status"] == "expired"
    assert await peer.hears() == {"bye": "The terminal was closed."}
    assert list(sockets_in(folder)) == []


async def peer_is_heard(peer: Peer) -> None:
    """Until what was called before is taken in: calls are answered in their order."""
    await peer.asks("account")


# --- bad peers --------------------------------------------------------------------------------------------


async def test_a_flooding_peer_gets_its_share_and_no_more(folder: Path) -> None:
    """By counts, not by times: so many calls are answered, one a turn of the loop, the rest is not read."""
    async with a_door(folder) as (keeper, _):
        answered = 0
        answers = keeper._hub._answers
        answer = answers.answer

        def counted(call: object, peer: object) -> object:
            nonlocal answered
            answered += 1
            return answer(call, peer)  # type: ignore[arg-type]

        answers.answer = counted  # type: ignore[method-assign, assignment]
        flooding = await Peer.comes(folder)
        loop = asyncio.get_running_loop()
        began, turns = loop.time(), 0
        calls = b"".join(b'{"id":%d,"do":"account"}\n' % number for number in range(1, 20_000))
        flooding.writer.write(calls)
        most_in_one = 0
        while loop.time() - began < 0.5:
            before = answered
            await asyncio.sleep(0)
            turns += 1
            most_in_one = max(most_in_one, answered - before)
        assert 40 <= answered + 1 <= 40 + 0.5 * 20 + 5
        assert most_in_one == 1 and turns > answered
        session = next(iter(keeper._hub._peers.values())).session
        assert len(session._in) <= 32 * 1024


async def test_a_peer_that_reads_nothing_ends_alone(folder: Path) -> None:
    async with a_door(folder) as (keeper, _):
        deaf = await Peer.comes(folder)
        deaf.writer.transport.pause_reading()  # type: ignore[attr-defined]
        session = next(iter(keeper._hub._peers.values())).session
        session.end("It is over.")
        other = await Peer.comes(folder)
        assert "ok" in await other.asks("account")
        with contextlib.suppress(ConnectionError):
            deaf.calls("account")


async def test_garbage_ends_who_sent_it_alone(folder: Path) -> None:
    async with a_door(folder) as (keeper, _):
        other = await Peer.comes(folder)
        for garbage in (b"\xff\n", b"[" * 60_000 + b"\n", b"x" * 70_000, b"{}\n", b'{"hello":"1"}\n'):
            bad = await Peer.comes(folder, client=None)
            bad.writer.write(garbage)
            assert "bye" in await bad.hears()
            assert "ok" in await other.asks("account")
        assert keeper.proposals.listed() == []


# --- the client -------------------------------------------------------------------------------------------


async def test_the_client_finds_the_one_that_is_meant(folder: Path) -> None:
    def finds(login: int | None = None, *, paper: bool = False) -> tuple[str, Told | Refusal]:
        door = open_door(find_doors([folder]), "x", login=login, paper=paper)
        try:
            return door.words, door.call("propose", {"line": "close all"})
        finally:
            door.close()

    with pytest.raises(NoTerminalError, match="No terminal runs here"):
        await asyncio.to_thread(finds)
    async with a_door(folder):
        words, told = await asyncio.to_thread(finds)
        assert words == "PAPER 50012345" and isinstance(told, dict)
        assert told["status"] == ProposalState.PENDING.value
        with pytest.raises(NoTerminalError, match="No terminal of 7 runs"):
            await asyncio.to_thread(finds, 7)
        (path,) = sockets_in(folder)
        (folder / "second.sock").hardlink_to(path)
        with pytest.raises(SeveralTerminalsError, match="2 terminals run"):
            await asyncio.to_thread(finds)
        (folder / "second.sock").unlink()
        open_to_others(folder, path)
        with pytest.raises(DoorError, match="not trusted"):
            await asyncio.to_thread(lambda: open_door([path], "x", login=None, paper=False))
