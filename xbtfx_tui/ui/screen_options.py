"""What the screen is told at its start: mode, looks and the trader's own defaults. Values only."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import Enum

import msgspec

from xbtfx_tui.domain.chart_glyphs import ChartGlyphs
from xbtfx_tui.domain.chart_settings import ChartSettings
from xbtfx_tui.domain.event_sounds import Sound, SoundWay
from xbtfx_tui.domain.ticket_presets import Preset
from xbtfx_tui.domain.time_zones import TimesIn, ZoneChoice
from xbtfx_tui.domain.watchlists import Watchlists
from xbtfx_tui.ui.layout.layout_book import AT_FIRST, LayoutBook

DEFAULT_THEME = "xbtfx-dark"


class Mode(Enum):
    """Whose money it is; the value is the badge's word."""

    PAPER = "PAPER"
    LIVE = "LIVE"


class ChartLooks(msgspec.Struct, frozen=True):
    """How charts are drawn. `shapes` True: shapes tell rising candles from falling ones in colour, too."""

    shapes: bool = False
    glyphs: ChartGlyphs = ChartGlyphs.FULL


class UiOptions(msgspec.Struct, frozen=True):
    """`watchlist` is the trader's own, else the usual one; `groups` are those kept from the last run, which
    count instead of it where there are any.

    `usual_watchlist` True: symbols that the account does not have are left out without a word.
    `low_bandwidth` sends less: no digit stands out by its colour, and colours are shorter.
    `notify`: the terminal takes notifications (OSC 9); `sounds` are what is told otherwise than by bell and
    notification. `one_click_lots` is the most
    that a one-click order opens, None where one-click trading is off. `save_watchlists` keeps the
    groups between runs; it never raises. `presets` are what tickets begin with, by symbol; `save_presets`
    keeps them and gives a sentence where it can't; the paper account has its own. `commands` are the lines
    entered on the command line in earlier runs, oldest first; `save_commands` keeps them, `save_theme` the
    theme that is chosen in the palette. `keys` maps an
    action's id to other keys. `layouts` are those of the screen; `save_layouts` keeps them and gives a
    sentence where it can't, `layouts_problem` is one where those of the last run could not be had.
    `charts` is how charts were set last, by symbol; `save_charts` keeps that as `save_presets` does.
    `not_kept` is why nothing is kept of this run, as a sentence. `copies`: a key may
    put a ticket on the clipboard (OSC 52). `times` is the clock that times are told by.
    """

    fps: int = 10
    theme: str = DEFAULT_THEME
    default_volume: Decimal = Decimal("0.10")
    watchlist: tuple[str, ...] = ()
    groups: Watchlists | None = None
    usual_watchlist: bool = True
    low_bandwidth: bool = False
    notify: bool = False
    one_click_lots: Decimal | None = None
    keys: Mapping[str, str] = msgspec.field(default_factory=dict)
    commands: tuple[str, ...] = ()
    save_theme: Callable[[str], None] = lambda _: None
    save_commands: Callable[[tuple[str, ...]], None] = lambda _: None
    save_watchlists: Callable[[Watchlists], None] = lambda _: None
    presets: Mapping[str, Preset] = msgspec.field(default_factory=dict)
    save_presets: Callable[[Mapping[str, Preset]], str | None] = lambda _: None
    paper_presets: Mapping[str, Preset] = msgspec.field(default_factory=dict)
    save_paper_presets: Callable[[Mapping[str, Preset]], str | None] = lambda _: None
    charts: Mapping[str, ChartSettings] = msgspec.field(default_factory=dict)
    save_charts: Callable[[Mapping[str, ChartSettings]], str | None] = lambda _: None
    layouts: LayoutBook = AT_FIRST
    save_layouts: Callable[[LayoutBook], str | None] = lambda _: None
    layouts_problem: str | None = None
    not_kept: str | None = None
    copies: bool = True
    times: ZoneChoice = TimesIn.UTC
    sounds: Mapping[Sound, SoundWay] = msgspec.field(default_factory=dict)
    chart: ChartLooks = ChartLooks()
