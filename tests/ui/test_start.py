"""What the start does once and not again, and that nobody waits for the next frame to see the first price."""

import asyncio
import gc

import pytest
from textual.css.stylesheet import Stylesheet

from tests.patience import PATIENCE
from tests.ui.still_desk import a_desk
from tests.ui.still_life import StillBackend, StillClock
from tests.ui.still_orders import StillDesk
from tests.ui.still_trails import StillTrails
from xbtfx_tui import gc_policy
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.colour_themes import OWN_THEMES


async def test_the_first_price_is_drawn_before_the_next_frame_of_the_usual_rate() -> None:
    clock = StillClock()
    store = Store(clock)
    backend = StillBackend(store, clock, StillDesk(store), StillTrails(store))
    async with a_desk(backend) as desk:
        desk.screen.beats.stop()
        assert "1.17312" not in desk.text()
        backend.quote("EURUSD", 1.17312, 1.17314)
        async with asyncio.timeout(PATIENCE):
            while "1.17312" not in desk.text():
                await desk.pilot.pause(0.01)


async def test_the_style_sheet_is_parsed_anew_for_another_theme_only(monkeypatch: pytest.MonkeyPatch) -> None:
    anew: list[Stylesheet] = []
    reparse = Stylesheet.reparse

    def counted(sheet: Stylesheet) -> None:
        anew.append(sheet)
        reparse(sheet)

    monkeypatch.setattr(Stylesheet, "reparse", counted)
    async with a_desk() as desk:
        assert anew == []
        desk.app.theme = OWN_THEMES[0].name
        await desk.sees_it_all()
        anew.clear()
        before = {name: desk.screen.quotes.tint(name) for name in ("up", "muted", "cursor")}
        desk.app.theme = OWN_THEMES[1].name
        await desk.sees_it_all()
        assert len(anew) == 1
        after = {name: desk.screen.quotes.tint(name) for name in before}
        assert all(after[name] != before[name] for name in before)
        desk.app.theme = OWN_THEMES[0].name
        await desk.sees_it_all()
        assert {name: desk.screen.quotes.tint(name) for name in before} == before


async def test_a_tint_is_one_style_for_every_canvas_and_no_other_name_is_one() -> None:
    async with a_desk() as desk:
        assert desk.screen.quotes.tint("warning") is desk.screen.top_line.tint("warning")
        with pytest.raises(KeyError):
            desk.screen.quotes.tint("warnings")


def test_once_all_stands_garbage_is_looked_for_again_and_what_stands_is_not() -> None:
    stands: list[list[int]] = [[] for _ in range(1000)]
    gc.disable()
    before = gc.get_freeze_count()
    try:
        gc_policy.keep_out_of_collections()
        assert gc.isenabled()
        assert gc.get_freeze_count() >= before + len(stands)
    finally:
        gc.enable()
