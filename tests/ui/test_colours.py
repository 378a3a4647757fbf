"""Every terminal shows what matters: in all colours, in 256, in 16 and in none, in every theme."""

import re
from collections.abc import Iterator

import pytest
from rich.color import Color, ColorSystem
from rich.segment import Segment
from textual.color import Color as Rgb
from textual.theme import BUILTIN_THEMES

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import still_backend
from tests.ui.still_variants import VARIANTS
from xbtfx_tui.ui.colour_themes import FEW_COLOURS_THEME, OWN_THEMES, theme_names
from xbtfx_tui.ui.screen_options import DEFAULT_THEME

MIXED_OWN = [theme.name for theme in OWN_THEMES if not theme.ansi]
SIXTEEN = [("xterm-16color", ""), ("xterm", ""), ("linux", ""), ("vt100", ""), ("screen", "")]
LEAST_CONTRAST = 3.0
NOT_READ = re.compile(r"[\s─━│┃╭╮╰╯┌┐└┘█▉▊▋▌▍▎▏░]*")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A terminal by its TERM, COLORTERM and NO_COLOR ("" = not set)."""
    for name, value in zip(("TERM", "COLORTERM", "NO_COLOR"), request.param, strict=True):
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name, raising=False)


def segments(desk: Desk) -> Iterator[Segment]:
    for strip in desk.app.screen._compositor.render_strips():
        yield from strip


def row_of(desk: Desk, start: str) -> list[Segment]:
    """The pieces of the line that begins so, as they go to the terminal."""
    strips = desk.app.screen._compositor.render_strips()
    return list(next(strip for strip in strips if strip.text.startswith(start)))


def sent(desk: Desk) -> str:
    """The whole screen as the bytes that the terminal is sent."""
    strips = desk.app.screen._compositor.render_strips()
    return "\n".join(strip.render(desk.app.console) for strip in strips)


def colours_sent(desk: Desk) -> set[str]:
    """Every colour parameter that is sent, as SGR codes; attributes such as bold are left out."""
    codes = {code for run in re.findall(r"\x1b\[([\d;]*)m", sent(desk)) for code in [run]}
    parts = {part for code in codes for part in re.findall(r"[34]8;5;\d+|[34]8;2;[\d;]+|\d+", code)}
    return {part for part in parts if ";" in part or int(part) >= 30}


@pytest.mark.parametrize(
    "terminal", [("xterm-256color", "truecolor", "1"), ("linux", "", "1")], indirect=True
)
@pytest.mark.usefixtures("terminal")
async def test_without_colour_nothing_is_told_by_colour() -> None:
    async with a_desk(still_backend(VARIANTS["locked live"].fill)) as desk:
        await desk.sees_it_all()
        assert colours_sent(desk) <= {"39", "49"}
        assert all(piece.style and piece.style.reverse for piece in row_of(desk, "EURUSD")[:1])
        badges = [piece for piece in segments(desk) if piece.text in (" PAPER ", " LOCKED ")]
        assert [piece.style and piece.style.reverse for piece in badges] == [True, True]
        selected = row_of(desk, "184741")[0].style
        assert selected
        assert selected.underline
        assert "[4 Positions 3]" in desk.text()
        assert "▲" in desk.text()
        assert "┃" in desk.text(), "a rising candle is a line"


@pytest.mark.parametrize("terminal", [("xterm-256color", "", "1")], indirect=True)
@pytest.mark.usefixtures("terminal")
async def test_without_colour_the_selected_text_of_a_field_is_seen() -> None:
    async with a_desk() as desk:
        await desk.pilot.press("b")
        await desk.pilot.pause()
        volume = next(piece for piece in segments(desk) if piece.text.startswith("0.10"))
        assert volume.style
        assert volume.style.reverse


@pytest.mark.parametrize("terminal", [(*one, "") for one in SIXTEEN], indirect=True)
@pytest.mark.usefixtures("terminal")
async def test_sixteen_colours_are_the_terminals_own() -> None:
    async with a_desk() as desk:
        await desk.sees_it_all()
        assert desk.app.theme == FEW_COLOURS_THEME
        assert not [code for code in colours_sent(desk) if ";" in code]
        assert {"31", "32"} <= colours_sent(desk), "down is red and up is green, not what lies nearest"
        assert "┃" in desk.text(), "and a rising candle is a line for who can't tell these"
        assert all(piece.style and piece.style.reverse for piece in row_of(desk, "EURUSD")[:1])


@pytest.mark.parametrize("terminal", [("xterm-16color", "", "")], indirect=True)
@pytest.mark.usefixtures("terminal")
async def test_a_theme_that_was_chosen_is_kept_on_any_terminal() -> None:
    async with a_desk(theme="xbtfx-contrast") as desk:
        assert desk.app.theme == "xbtfx-contrast"


def _downgraded(colour: Color, system: ColorSystem | None) -> Rgb:
    return Rgb.from_rich_color(
        Color.from_triplet((colour.downgrade(system) if system else colour).get_truecolor())
    )


def _luminance(colour: Rgb) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part) for part in colour.normalized)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(piece: Segment, system: ColorSystem | None) -> float:
    """How far a text stands off its background, 1 to 21, by the rule of WCAG."""
    assert piece.style
    assert piece.style.color
    assert piece.style.bgcolor
    one, other = (_luminance(_downgraded(c, system)) for c in (piece.style.color, piece.style.bgcolor))
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("terminal", [("xterm-256color", "truecolor", "")], indirect=True)
@pytest.mark.parametrize("theme", MIXED_OWN)
@pytest.mark.usefixtures("terminal")
async def test_every_word_stands_off_its_background(theme: str) -> None:
    async with a_desk(still_backend(VARIANTS["stale"].fill), theme=theme) as desk:
        for keys in ((), ("4",), ("6",), ("7",), ("b",)):
            await desk.presses(*keys)
            await desk.sees_it_all()
            for piece in segments(desk) if keys != ("b",) else _in_the_frame(desk):
                if not NOT_READ.fullmatch(piece.text):
                    for system in (None, ColorSystem.EIGHT_BIT):
                        assert contrast(piece, system) >= LEAST_CONTRAST, (keys, system, piece)


def _in_the_frame(desk: Desk) -> Iterator[Segment]:
    """What a dialog shows; what is behind it is dimmed on purpose."""
    frame = desk.app.screen.query_one("#frame").region
    for strip in desk.app.screen._compositor.render_strips()[frame.y : frame.bottom]:
        yield from strip.crop(frame.x, frame.right)


@pytest.mark.parametrize("theme", MIXED_OWN)
@pytest.mark.parametrize("terminal", [("xterm-256color", "", "")], indirect=True)
@pytest.mark.usefixtures("terminal")
async def test_the_cursor_is_seen_in_256_colours(theme: str) -> None:
    async with a_desk(theme=theme) as desk:
        await desk.sees_it_all()
        backgrounds = []
        for start in ("GBPUSD", "EURUSD", "184741"):
            style = row_of(desk, start)[0].style
            assert style
            assert style.bgcolor
            backgrounds.append(_downgraded(style.bgcolor, ColorSystem.EIGHT_BIT).hex)
        assert len(set(backgrounds)) == 3, (
            "a row, the cursor's row, and the cursor's row of a pane without keys"
        )


@pytest.mark.parametrize("terminal", [("xterm-256color", "truecolor", "")], indirect=True)
@pytest.mark.usefixtures("terminal")
async def test_every_theme_there_is_draws_every_style() -> None:
    async with a_desk() as desk:
        assert desk.app.theme == DEFAULT_THEME
        assert set(theme_names()) >= set(BUILTIN_THEMES)
        for theme in theme_names():
            desk.app.theme = theme
            await desk.sees_a_frame()
            assert "1.08213" in desk.text(), theme
            board = desk.screen.quotes
            assert board.tint("up") != board.tint("down"), theme
            rows = [row_of(desk, start)[0].style for start in ("GBPUSD", "EURUSD")]
            assert rows[0] != rows[1], f"{theme}: the cursor can't be seen"
