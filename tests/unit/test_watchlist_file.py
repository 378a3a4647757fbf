"""The watchlist's file: what is kept comes back, also from before there were groups; nothing raises."""

import stat
from pathlib import Path

import pytest

from xbtfx_tui.config.watchlist_file import WatchlistFile, load_watchlists, save_watchlists
from xbtfx_tui.domain.watchlists import one_group, watchlists

USUAL = ("EURUSD", "GBPUSD")
GROUPS = watchlists([("Main", ("XAUUSD", "EURUSD")), ("Crypto", ("BTCUSD",))], active=1)


def test_order_and_the_group_shown_come_back(tmp_path: Path) -> None:
    path = tmp_path / "state" / "watchlist.json"
    save_watchlists(path, GROUPS, USUAL)
    assert load_watchlists(path, USUAL) == GROUPS
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_list_from_before_there_were_groups_is_the_group_main(tmp_path: Path) -> None:
    path = tmp_path / "watchlist.json"
    path.write_text('{"symbols":["XAUUSD","BTCUSD","XAUUSD"],"settings":["EURUSD","GBPUSD"]}')
    assert load_watchlists(path, USUAL) == one_group(("XAUUSD", "BTCUSD"))
    assert load_watchlists(path, ("NDXUSD",)) == one_group(("NDXUSD",))


def test_settings_that_changed_win_for_main_and_leave_the_other_groups(tmp_path: Path) -> None:
    path = tmp_path / "watchlist.json"
    save_watchlists(path, GROUPS, USUAL)
    assert load_watchlists(path, ("NDXUSD",)) == watchlists(
        [("Main", ("NDXUSD",)), ("Crypto", ("BTCUSD",))], active=0
    )


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"groups":[{"name":1}]}', b"[" * 9000])
def test_a_file_that_cannot_be_read_is_kept_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "watchlist.json"
    path.write_bytes(content)
    assert load_watchlists(path, USUAL) is None
    assert (tmp_path / "watchlist.json.broken").read_bytes() == content


def test_no_file_is_no_watchlist_and_what_cannot_be_written_is_lost_alone(tmp_path: Path) -> None:
    assert load_watchlists(tmp_path / "none.json", USUAL) is None
    (tmp_path / "file").touch()
    save_watchlists(tmp_path / "file" / "watchlist.json", GROUPS, USUAL)
    assert load_watchlists(tmp_path, USUAL) is None


def groups(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    lists = load_watchlists(path, USUAL)
    assert lists is not None
    return [(group.name, group.symbols) for group in lists.groups]


def test_two_terminals_lose_each_other_no_group(tmp_path: Path) -> None:
    path = tmp_path / "watchlist.json"
    save_watchlists(path, GROUPS, USUAL)
    one, other = WatchlistFile(path, USUAL), WatchlistFile(path, USUAL)
    main, crypto = ("Main", ("XAUUSD", "EURUSD")), ("Crypto", ("BTCUSD",))
    one.save(watchlists([main, crypto, ("Indices", ("NDXUSD",))], active=2))
    other.save(watchlists([main, ("Crypto", ("BTCUSD", "ETHUSD"))], active=0))
    both = [main, ("Crypto", ("BTCUSD", "ETHUSD")), ("Indices", ("NDXUSD",))]
    assert groups(path) == both
    # what one has not changed it does not put back as it was
    one.save(watchlists([crypto, ("Indices", ("NDXUSD", "DE30"))], active=1))
    assert groups(path) == [both[1], ("Indices", ("NDXUSD", "DE30"))]


def test_without_a_file_a_run_keeps_its_own_groups(tmp_path: Path) -> None:
    path = tmp_path / "watchlist.json"
    file = WatchlistFile(path, USUAL)
    assert file.lists is None
    file.save(GROUPS)
    assert load_watchlists(path, USUAL) == GROUPS
    path.write_text("{")
    file.save(GROUPS)
    assert load_watchlists(path, USUAL) == GROUPS
