"""Which symbols a recording is of, the unit that keeps it running, and what systemd is told."""

import socket
import subprocess
from pathlib import Path
from shutil import which

import pytest

from xbtfx_tui.recording.service_manager import ALIVE, READY, ServiceManager
from xbtfx_tui.recording.symbol_choice import Wish, WishRefusedError, chosen_symbols
from xbtfx_tui.recording.systemd_unit import unit_text

KNOWN = ("EURUSD", "GBPUSD.m", "XAUUSD", "BTCUSD", "ETHUSD")
GROUPS = {"Main": ("EURUSD", "NOTHERE"), "Coins": ("BTCUSD",)}


@pytest.mark.parametrize(
    ("wish", "symbols"),
    [
        (Wish(("eurusd", "GBPUSD")), {"EURUSD", "GBPUSD.m"}),
        (Wish(("coins",), GROUPS), {"BTCUSD"}),
        (Wish(("Crypto", "XAUUSD"), GROUPS), {"BTCUSD", "ETHUSD", "XAUUSD"}),
        (Wish((), GROUPS), {"EURUSD", "BTCUSD"}),
        (Wish(is_all=True), set(KNOWN)),
    ],
)
def test_names_groups_and_kinds_are_symbols_of_the_account(wish: Wish, symbols: set[str]) -> None:
    assert chosen_symbols(wish, KNOWN) == symbols


@pytest.mark.parametrize(
    ("wish", "known", "says"),
    [
        (Wish(("EURUSB",)), KNOWN, "EURUSB is no symbol of this account and no group: did you mean EURUSD"),
        (Wish(("coin",), GROUPS), KNOWN, "did you mean Coins"),
        (Wish(("zzzzzzzzz",)), KNOWN, "zzzzzzzzz is no symbol of this account and no group."),
        (Wish(("\x1b[2J",)), KNOWN, "is no symbol"),
        (Wish((), {"Main": ("NOTHERE",)}), KNOWN, "The account has no symbol to record."),
        (
            Wish(is_all=True),
            [f"S{one}" for one in range(1001)],
            "These are 1,001 symbols, and one connection",
        ),
        (Wish(is_all=True, is_fine=True), [f"S{one}" for one in range(101)], "of 100 at most"),
    ],
)
def test_what_cant_be_recorded_is_a_sentence(wish: Wish, known: tuple[str, ...], says: str) -> None:
    with pytest.raises(WishRefusedError) as refused:
        chosen_symbols(wish, known)
    assert says in str(refused.value)
    assert "\x1b" not in str(refused.value)


def test_a_thousand_symbols_are_taken() -> None:
    assert len(chosen_symbols(Wish(is_all=True), [f"S{one}" for one in range(1000)])) == 1000


@pytest.mark.parametrize("named", ["path", "abstract"])
def test_systemd_is_told_by_its_socket(tmp_path: Path, named: str) -> None:
    address = str(tmp_path / "notify") if named == "path" else f"@xbtfx-{tmp_path}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address.replace("@", "\0", 1))
        systemd.settimeout(5)
        ServiceManager({"NOTIFY_SOCKET": address}).tell(READY, ALIVE, status="3 symbols")
        assert systemd.recv(1000) == b"READY=1\nWATCHDOG=1\nSTATUS=3 symbols"


def test_without_a_socket_or_with_a_dead_one_nothing_is_told(tmp_path: Path) -> None:
    ServiceManager({}).tell(READY)
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell(READY)


UNIT = unit_text(
    "EURUSD, 100%",
    ["/opt/my programs/xbtfx-tui", "record", "EURUSD", "100%", '$HOME "x"', "--fine"],
    {"XDG_STATE_HOME": "/data/my state", "XBTFX_API_KEY": "xbtfx_live_secret", "PATH": "/bin"},
)


def test_the_unit_says_when_it_comes_back_and_when_not() -> None:
    lines = UNIT.splitlines()
    for line in (
        "Type=notify",
        "Restart=on-failure",
        "RestartPreventExitStatus=2",
        "WatchdogSec=180",
        'Environment="XDG_STATE_HOME=/data/my state"',
        'ExecStart="/opt/my programs/xbtfx-tui" record EURUSD "100%%" "$$HOME \\"x\\"" --fine',
        "WantedBy=default.target",
    ):
        assert line in lines
    assert "xbtfx_live_secret" not in UNIT


@pytest.mark.skipif(which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "xbtfx-record.service"
    unit.write_text(unit_text("EURUSD", ["/bin/true", "record", "EURUSD", "50%"], {}))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", str(unit)],
        env={"PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
