"""Where the style sheets are, installed or in a checkout. Never reads one."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def styles_dir(package: Path = _PACKAGE) -> Path:
    """The directory of the *.tcss files: the wheel's own `xbtfx_tui/styles`, else the checkout's `styles/`.

    Raises FileNotFoundError, with both places in its sentence, where there is neither.
    """
    places = (package / "styles", package.parent / "styles")
    for place in places:
        if any(place.glob("*.tcss")):
            return place
    raise FileNotFoundError(
        f"The style sheets are missing: neither {places[0]} nor {places[1]} has any. Install xbtfx-tui again."
    )
