"""What the program writes is the user's alone, with the directories above it, and lands in no other file."""

import logging
import stat
from pathlib import Path

import pytest

from xbtfx_tui.config.atomic_file import read_kept, set_aside, write_kept
from xbtfx_tui.config.command_history_file import save_history
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.config.presets_file import save_presets
from xbtfx_tui.config.watchlist_file import save_watchlists
from xbtfx_tui.disk.private_files import make_private
from xbtfx_tui.domain.watchlists import watchlists
from xbtfx_tui.log_file import logging_to


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_missing_above_is_private_too(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private(tmp_path / "one/two/three")
    assert [mode(tmp_path / part) for part in ("one", "one/two", "one/two/three")] == [0o700] * 3
    assert mode(tmp_path) == 0o755, "what was there is not touched"


def test_a_directory_that_others_can_read_is_closed_to_them(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o755)
    make_private(tmp_path / "state")
    assert mode(tmp_path / "state") == 0o700


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    with pytest.raises(NotADirectoryError):
        make_private(tmp_path / "state")


def test_the_log_is_written_to_no_other_file(tmp_path: Path) -> None:
    state, other = StateDir(tmp_path / "state"), tmp_path / "other"
    state.create()
    other.write_text("mine\n")
    state.log.symlink_to(other)
    with pytest.raises(OSError, match="it is a symbolic link"), logging_to(state):
        logging.getLogger("test").warning("never written")
    assert other.read_text() == "mine\n"


@pytest.mark.parametrize("draft", ["kept.new", "kept.json.new"])
def test_no_draft_is_written_through_a_link(tmp_path: Path, draft: str) -> None:
    other, kept = tmp_path / "other", tmp_path / "kept.json"
    other.write_text("mine")
    (tmp_path / draft).symlink_to(other)
    save_history(kept, ["close all"])
    assert save_presets(kept, {}) is None
    save_watchlists(kept, watchlists([("Main", ["EURUSD"])], 0), ())
    assert other.read_text() == "mine"
    assert mode(kept) == 0o600


# --- links of the trader's own ---


def test_a_kept_file_that_is_a_link_stays_one_and_its_target_is_written(tmp_path: Path) -> None:
    own, kept = tmp_path / "dotfiles", tmp_path / "state/kept.json"
    own.mkdir()
    kept.parent.mkdir()
    kept.symlink_to(own / "layouts.json")
    for content in (b"made through it", b"and written over"):  # the target is not there at first
        write_kept(kept, content)
        assert kept.is_symlink()
        assert (own / "layouts.json").read_bytes() == content == read_kept(kept)
    assert [path.name for path in own.iterdir()] == ["layouts.json"]
    assert (mode(own / "layouts.json"), mode(own)) == (0o600, 0o755), "the directory there is left as it is"


def test_no_kept_file_is_written_to_where_others_may_write_or_in_a_circle(tmp_path: Path) -> None:
    public, kept = tmp_path / "public", tmp_path / "state/kept.json"
    public.mkdir()
    public.chmod(0o777)
    kept.parent.mkdir()
    kept.symlink_to(public / "kept.json")
    with pytest.raises(OSError, match="not yours alone"):
        write_kept(kept, b"never")
    assert list(public.iterdir()) == []
    kept.unlink()
    kept.symlink_to(kept)
    with pytest.raises(OSError, match=r"[Ss]ymbolic links"):
        write_kept(kept, b"never")


def test_a_broken_file_behind_a_link_is_set_aside_beside_itself_and_the_link_stays(tmp_path: Path) -> None:
    own, kept = tmp_path / "own", tmp_path / "state/kept.json"
    own.mkdir()
    kept.parent.mkdir()
    (own / "mine.json").write_bytes(b"broken")
    kept.symlink_to(own / "mine.json")
    assert set_aside(kept) == f"The file is kept as {own}/mine.json.broken-1."
    write_kept(kept, b"anew")
    assert (own / "mine.json.broken-1").read_bytes() == b"broken"
    assert kept.is_symlink()
    assert (own / "mine.json").read_bytes() == b"anew"
