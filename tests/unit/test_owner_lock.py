"""One terminal a login, wherever each keeps its state: its lock is seen, and no trap is stepped into."""

import os
import stat
from pathlib import Path

import pytest

from xbtfx_tui.config.file_paths import meeting_dirs
from xbtfx_tui.orders.journal.login_lock import MeetingPlaces, OwnerLock

LOGIN = 700123
LIVE = "https://interface.xbtfx.com"


def test_the_lock_is_freed_by_its_end(tmp_path: Path) -> None:
    one, other = OwnerLock(tmp_path / "lock", LOGIN), OwnerLock(tmp_path / "lock", LOGIN)
    assert one.take() is None
    assert one.take() is None
    assert other.take() == os.getpid()
    one.free()
    assert other.take() is None
    other.free()


def two_terminals(tmp_path: Path, first: MeetingPlaces, second: MeetingPlaces) -> tuple[OwnerLock, OwnerLock]:
    return OwnerLock(tmp_path / "one", LOGIN, first), OwnerLock(tmp_path / "two", LOGIN, second)


def test_terminals_with_other_state_directories_meet(tmp_path: Path) -> None:
    places = MeetingPlaces((tmp_path / "meet",), LIVE)
    one, other = two_terminals(tmp_path, places, places)
    assert one.take() is None
    assert one.is_seen_elsewhere
    assert other.take() == os.getpid()
    # What it could not have, it does not hold in part either.
    assert OwnerLock(tmp_path / "two", LOGIN).take() is None
    one.free()
    assert OwnerLock(tmp_path / "three", LOGIN, places).take() is None


def test_one_place_that_both_can_use_is_enough(tmp_path: Path) -> None:
    session, fixed = tmp_path / "session", tmp_path / "fixed"
    one, other = two_terminals(
        tmp_path, MeetingPlaces((session, fixed), LIVE), MeetingPlaces((tmp_path / "no" / "dir", fixed), LIVE)
    )
    assert one.take() is None
    assert other.take() == os.getpid()


def test_the_same_number_on_another_server_is_another_account(tmp_path: Path) -> None:
    meet = (tmp_path / "meet",)
    one, other = two_terminals(
        tmp_path, MeetingPlaces(meet, LIVE + "/"), MeetingPlaces(meet, "http://127.0.0.1:8080")
    )
    assert (one.take(), other.take()) == (None, None)
    assert OwnerLock(tmp_path / "three", LOGIN, MeetingPlaces(meet, LIVE.upper())).take() == os.getpid()


def test_a_place_is_made_the_users_alone(tmp_path: Path) -> None:
    meet = tmp_path / "meet"
    meet.mkdir(mode=0o777)
    meet.chmod(0o777)
    lock = OwnerLock(tmp_path / "lock", LOGIN, MeetingPlaces((meet,), LIVE))
    assert lock.take() is None
    assert stat.S_IMODE(meet.stat().st_mode) == 0o700
    (file,) = meet.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == str(os.getpid())


def test_a_trap_is_not_stepped_into(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    link = tmp_path / "meet"
    link.symlink_to(elsewhere)
    lock = OwnerLock(tmp_path / "lock", LOGIN, MeetingPlaces((link,), LIVE))
    assert lock.take() is None
    assert not lock.is_seen_elsewhere
    assert list(elsewhere.iterdir()) == []


def test_a_directory_of_another_user_is_not_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meet = tmp_path / "meet"
    meet.mkdir()
    lock = OwnerLock(tmp_path / "lock", LOGIN, MeetingPlaces((meet,), LIVE))
    own = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: own + 1)
    assert lock.take() is None
    assert not lock.is_seen_elsewhere
    assert list(meet.iterdir()) == []


def test_where_terminals_meet_does_not_hang_on_where_they_keep_their_state() -> None:
    fixed = Path("/tmp/xbtfx-tui-1000")  # noqa: S108
    assert meeting_dirs({"XDG_STATE_HOME": "/elsewhere", "TMPDIR": "/x", "HOME": "/y"}, 1000) == (fixed,)
    assert meeting_dirs({"XDG_RUNTIME_DIR": "relative"}, 1000) == (fixed,)
    session = Path("/run/user/1000/xbtfx-tui")
    assert meeting_dirs({"XDG_RUNTIME_DIR": "/run/user/1000"}, 1000) == (session, fixed)
