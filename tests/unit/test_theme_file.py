"""The chosen theme is kept between runs; what is no name is none."""

from pathlib import Path

import pytest

from xbtfx_tui.config.theme_file import load_theme, save_theme


def test_a_chosen_theme_is_there_in_the_next_run(tmp_path: Path) -> None:
    path = tmp_path / "state" / "theme.txt"
    assert load_theme(path) is None
    save_theme(path, "xbtfx-contrast")
    assert load_theme(path) == "xbtfx-contrast"
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", [b"", b"no name", b"\xff\xfe", b"x" * 10_000, b"[/x]"])
def test_what_is_no_name_is_none(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "theme.txt"
    path.write_bytes(text)
    assert load_theme(path) is None


def test_where_it_can_not_be_kept_nothing_fails(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    save_theme(tmp_path / "state" / "theme.txt", "nord")
    assert load_theme(tmp_path) is None
