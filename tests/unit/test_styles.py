"""The style sheets are found where the program was put, or it is said where they should be."""

from pathlib import Path

import pytest

from xbtfx_tui.ui.stylesheet_files import styles_dir


def test_the_packages_own_styles_go_before_the_checkouts(tmp_path: Path) -> None:
    package = tmp_path / "xbtfx_tui"
    for place in (package / "styles", tmp_path / "styles"):
        place.mkdir(parents=True)
    (tmp_path / "styles/app.tcss").touch()
    assert styles_dir(package) == tmp_path / "styles"
    (package / "styles/app.tcss").touch()
    assert styles_dir(package) == package / "styles"


def test_missing_styles_are_said_with_both_places(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        styles_dir(tmp_path / "xbtfx_tui")
    assert str(caught.value) == (
        f"The style sheets are missing: neither {tmp_path}/xbtfx_tui/styles nor {tmp_path}/styles has any."
        " Install xbtfx-tui again."
    )
