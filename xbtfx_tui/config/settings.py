"""What the program runs with: defaults < config file < environment < command line, each with its source.

A profile is chosen on the command line, so what it says of key and addresses outranks the environment:
`--profile demo` must not trade on the account that a variable left over from yesterday names.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from pathlib import Path

import msgspec

from xbtfx_tui.config import setting_types
from xbtfx_tui.config.api_addresses import (
    LIVE_REST,
    LIVE_STREAM,
    is_loopback,
    rest_address,
    stream_address,
    stream_beside,
)
from xbtfx_tui.config.config_file import (
    Config,
    ConfiguredCandles,
    ConfiguredCaps,
    ConfiguredChart,
    Profile,
    Section,
    load_config,
)
from xbtfx_tui.config.config_table import suggestion
from xbtfx_tui.config.credentials import find_key, key_from_file, key_from_variable
from xbtfx_tui.config.file_paths import StateDir, config_path, expanded, home_dir, shown, state_dir
from xbtfx_tui.config.setting_types import SettingsError, Sourced, T, ValueReader
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.chart_glyphs import ChartGlyphs, usual_glyphs
from xbtfx_tui.domain.day_clock import UTC_CLOCK, DayClock
from xbtfx_tui.domain.event_sounds import Sound, SoundWay
from xbtfx_tui.domain.proposals import LetIn
from xbtfx_tui.domain.time_zones import TimesIn, ZoneChoice

BASE_VARIABLE = "XBTFX_BASE_URL"
WS_VARIABLE = "XBTFX_WS_URL"

DEFAULT_WATCHLIST = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD", "NDXUSD")
DEFAULT_FPS = 10
LOW_BANDWIDTH_FPS = 2
DEFAULT_VOLUME = Decimal("0.10")
DEFAULT_ONE_CLICK_LOTS = Decimal(1)
BY_DEFAULT = "the default"


class CommandLine(msgspec.Struct, frozen=True):
    """What the command line said; None where it did not. `paper` runs need no key and no address."""

    paper: bool = False
    read_only: bool = False
    config: Path | None = None
    profile: str | None = None
    fps: int | None = None
    theme: str | None = None
    default_volume: str | None = None
    currency: str | None = None
    mouse: bool | None = None
    low_bandwidth: bool | None = None
    ascii_marks: bool | None = None
    base_url: str | None = None
    ws_url: str | None = None


class LimitSettings(msgspec.Struct, frozen=True):
    """The trader's own caps; None = no cap. Volumes in lots, the loss in the account's currency, `spread` in
    points by symbol."""

    lots_per_order: Decimal | None = None
    lots_per_symbol: Decimal | None = None
    orders_per_minute: int | None = None
    loss_per_day: Decimal | None = None
    spread: Mapping[str, Decimal] = msgspec.field(default_factory=dict)


LIVE_LIMITS = LimitSettings(Decimal(5), Decimal(20), 30)
"""A live account's caps where the trader sets none: what a slip of the keys makes, and a trader seldom means.

5 lots stop the order of 10 that was to be 1.0 or 0.10; 20 lots of a symbol stop a key that repeats; 30 orders
a minute are more than a hand types. A loss for the day has no default: it depends on the account.
"""


class CandleSettings(msgspec.Struct, frozen=True):
    """Whether candles are written to disk, for how many seconds those of 10 seconds and of a minute are kept,
    and how many MB a file may have."""

    record: bool = True
    keep_10s: int = 3 * 86_400
    keep_1m: int = 400 * 86_400
    most_mb: int = 2_000


class ChartLooksSettings(msgspec.Struct, frozen=True):
    """`shapes` True: a shape tells a rising candle from a falling one where there are colours, too."""

    shapes: bool = False
    glyphs: ChartGlyphs = ChartGlyphs.FULL


class Settings(msgspec.Struct, frozen=True):
    """Everything the program runs with, checked.

    `key` None opens the welcome screen; with `paper` it is always None, and the addresses mean nothing.
    `theme` None is the screen's own. `keys` maps an action to the keys that replace its usual ones.
    `currency` is the account's by the trader's word, for a server that does not name it.
    `notify` (the terminal's notifications) None is decided by which terminal it is, `ascii_marks`
    (nothing but ASCII on screen) None by the locale; `copies`: a key may put a ticket on the clipboard;
    `times`: the clock that the screen tells times by; `sounds`: how what the trader set is told.
    `day_begins` is the clock that days, and candles of four hours and more, begin by; `chart` is how charts
    are drawn.
    `one_click_lots` is the most that a one-click order opens, None where one-click trading is off. `let_in`
    are the terminals that scripts and agents reach.
    `limits` are a live account's, with LIVE_LIMITS where nothing is set; `paper_limits` are a paper one's,
    which has none but the trader's own. `origins` has, per field, the words for where the value was set.
    `not_kept` is why nothing is kept of this run, as a sentence; None where it is.
    """

    paper: bool
    read_only: bool
    key: ApiKey | None
    base_url: str
    ws_url: str
    profile: str | None
    watchlist: tuple[str, ...]
    fps: int
    theme: str | None
    default_volume: Decimal
    currency: ToldByTrader | None
    mouse: bool
    low_bandwidth: bool
    notify: bool | None
    ascii_marks: bool | None
    copies: bool
    times: ZoneChoice
    sounds: Mapping[Sound, SoundWay]
    day_begins: DayClock
    candles: CandleSettings
    chart: ChartLooksSettings
    one_click_lots: Decimal | None
    let_in: LetIn
    limits: LimitSettings
    paper_limits: LimitSettings
    keys: Mapping[str, Sourced[tuple[str, ...]]]
    config_file: Path
    state: StateDir
    origins: Mapping[str, str] = msgspec.field(default_factory=dict)
    not_kept: str | None = None


def load_settings(given: CommandLine, environ: Mapping[str, str]) -> Settings:
    """The settings of this run. Raises SettingsError: whole sentences, exit code 2."""
    home = home_dir(environ)
    path = given.config or config_path(environ)
    config = load_config(path, home, required=given.config is not None)
    profile = _profile(config, given.profile, shown(path, home))
    sections = [config.common] if profile is None else [profile.common, config.common]
    rest, stream = _live() if given.paper else _addresses(given, profile, environ)
    key = None if given.paper else _key(profile, config.common, path.parent, environ)

    watchlist = _first(*(s.watchlist for s in sections)) or Sourced(DEFAULT_WATCHLIST, BY_DEFAULT)
    fps = _typed(given.fps, "--fps", setting_types.whole_number(1, 60)) or config.fps
    sparing = _typed(given.low_bandwidth, "--low-bandwidth", setting_types.flag) or config.low_bandwidth
    sparing = sparing or Sourced(False, BY_DEFAULT)
    fps = fps or Sourced(LOW_BANDWIDTH_FPS if sparing.value else DEFAULT_FPS, BY_DEFAULT)
    theme = _typed(given.theme, "--theme", setting_types.name) or _first(*(s.theme for s in sections))
    volume = _typed(given.default_volume, "--default-volume", setting_types.positive_decimal("0.10"))
    volume = volume or _first(*(s.default_volume for s in sections)) or Sourced(DEFAULT_VOLUME, BY_DEFAULT)
    currency = _typed(given.currency, "--currency", setting_types.account_currency)
    if not given.paper:  # what the file says is of a live account
        currency = currency or _first(*(s.currency for s in sections))
    mouse = _typed(given.mouse, "--no-mouse", setting_types.flag) or config.mouse or Sourced(True, BY_DEFAULT)
    ascii_marks = _typed(given.ascii_marks, "--ascii", setting_types.flag) or config.ascii
    found: dict[str, Sourced[object] | None] = {
        "key": key,
        "base_url": rest,
        "ws_url": stream,
        "watchlist": watchlist,
        "fps": fps,
        "theme": theme,
        "default_volume": volume,
        "currency": currency,
        "mouse": mouse,
        "low_bandwidth": sparing,
        "notify": config.notify,
        "ascii": ascii_marks,
        "copy": config.copy,
        "times": config.times,
        "day.begins": config.day_begins,
        "chart.shapes": config.chart.shapes,
        "chart.glyphs": config.chart.glyphs,
        "one_click": config.one_click,
        "one_click_lots": config.one_click_lots,
        "agents.let_in": config.let_in,
    }
    return Settings(
        paper=given.paper,
        read_only=given.read_only,
        key=key.value if key else None,
        base_url=rest.value,
        ws_url=stream.value,
        profile=given.profile,
        watchlist=watchlist.value,
        fps=fps.value,
        theme=theme.value if theme else None,
        default_volume=volume.value,
        currency=ToldByTrader(currency.value, currency.origin) if currency else None,
        mouse=mouse.value,
        low_bandwidth=sparing.value,
        notify=config.notify.value if config.notify else None,
        ascii_marks=ascii_marks.value if ascii_marks else None,
        copies=config.copy.value if config.copy else True,
        times=config.times.value if config.times else TimesIn.UTC,
        sounds={sound: told.value for sound, told in config.sounds.items()},
        day_begins=config.day_begins.value if config.day_begins else UTC_CLOCK,
        candles=_candles(config.candles),
        chart=_chart(config.chart, environ),
        one_click_lots=_one_click_lots(config),
        let_in=config.let_in.value if config.let_in else LetIn.PAPER,
        limits=_limits([section.limits for section in sections], LIVE_LIMITS),
        paper_limits=_limits([section.limits for section in sections], LimitSettings()),
        keys=config.keys,
        config_file=path,
        state=state_dir(environ),
        origins={name: value.origin for name, value in found.items() if value},
    )


def theme_mistakes(theme: Sourced[str] | None, themes: Collection[str]) -> Iterator[str]:
    """The sentence for a theme that is not one of the screen's `themes`."""
    if theme is not None and theme.value not in themes:
        what = setting_types.in_words(theme.value)
        yield f"{theme.origin} is {what}, which is not a theme; {suggestion(theme.value, themes)}"


def key_mistakes(
    keys: Mapping[str, Sourced[tuple[str, ...]]],
    actions: Collection[str],
    clash: Callable[[Mapping[str, str]], tuple[str, str] | None],
) -> Iterator[str]:
    """All that is wrong in [keys], a sentence each: what is not one of the screen's `actions`, and each key
    that can't be given to its action: `clash` finds one of those at a time, with the clause that says why."""
    for action, found in keys.items():
        if action not in actions:
            yield f"{found.origin} is not an action; {suggestion(action, actions)}"
    left = {action: ",".join(found.value) for action, found in keys.items() if action in actions}
    while left and (wrong := clash(left)) is not None:
        action, why = wrong
        yield f"{keys[action].origin} {why}"
        del left[action]


def remapped(settings: Settings) -> dict[str, str]:
    """The keys of [keys] by action, comma between, as the screen takes them."""
    return {action: ",".join(found.value) for action, found in settings.keys.items()}


def _profile(config: Config, name: str | None, file: str) -> Profile | None:
    if name is None:
        return None
    if name in config.profiles:
        return config.profiles[name]
    if not config.profiles:
        raise SettingsError(f"--profile {name}: {file} has no [profiles.{name}] section.")
    raise SettingsError(f"--profile {name}: {file} has no such profile; {suggestion(name, config.profiles)}")


def _key(
    profile: Profile | None, common: Section, config_dir: Path, environ: Mapping[str, str]
) -> Sourced[ApiKey] | None:
    """The profile's own key, else the environment's or the credentials file's, else the config file's."""
    if profile and profile.common.key:
        return profile.common.key
    if profile and profile.key_file:
        home = home_dir(environ)
        return key_from_file(expanded(profile.key_file.value, home, config_dir), home, required=True)
    if profile and profile.key_env:
        key = key_from_variable(environ, profile.key_env.value)
        if key is None:
            raise SettingsError(f"{profile.key_env.origin} is {profile.key_env.value}, which is not set.")
        return key
    return find_key(environ) or common.key


def _live() -> tuple[Sourced[str], Sourced[str]]:
    return Sourced(LIVE_REST, BY_DEFAULT), Sourced(LIVE_STREAM, BY_DEFAULT)


def _addresses(
    given: CommandLine, profile: Profile | None, environ: Mapping[str, str]
) -> tuple[Sourced[str], Sourced[str]]:
    """The REST and the stream address.

    A stream address from a weaker source than the REST one does not count: it would be another server's.
    """
    rests = (
        _typed(given.base_url, "--base-url", rest_address),
        profile.base_url if profile else None,
        _typed(environ.get(BASE_VARIABLE) or None, BASE_VARIABLE, rest_address),
    )
    streams = (
        _typed(given.ws_url, "--ws-url", stream_address),
        profile.ws_url if profile else None,
        _typed(environ.get(WS_VARIABLE) or None, WS_VARIABLE, stream_address),
    )
    rest, stream = _live()
    for rank, found in enumerate(rests):
        if found is not None:
            rest = found
            stream = _first(*streams[: rank + 1]) or Sourced(stream_beside(rest.value), rest.origin)
            break
    else:
        stream = _first(*streams) or stream
    if is_loopback(rest.value) != is_loopback(stream.value):
        raise SettingsError(
            f"The REST address {rest.value} ({rest.origin}) and the stream address {stream.value}"
            f" ({stream.origin}) must both be on this machine or both elsewhere:"
            " prices and orders would not be of one account."
        )
    return rest, stream


def _one_click_lots(config: Config) -> Decimal | None:
    if config.one_click is None or not config.one_click.value:
        return None
    return config.one_click_lots.value if config.one_click_lots else DEFAULT_ONE_CLICK_LOTS


def _candles(configured: ConfiguredCandles) -> CandleSettings:
    said = {name: getattr(configured, name) for name in ConfiguredCandles.__struct_fields__}
    return CandleSettings(**{name: found.value for name, found in said.items() if found is not None})


def _chart(configured: ConfiguredChart, environ: Mapping[str, str]) -> ChartLooksSettings:
    return ChartLooksSettings(
        configured.shapes.value if configured.shapes else False,
        configured.glyphs.value if configured.glyphs else usual_glyphs(environ),
    )


def _limits(sections: list[ConfiguredCaps], otherwise: LimitSettings) -> LimitSettings:
    def value(default: T | None, *found: Sourced[T | None] | None) -> T | None:
        first = _first(*found)
        return first.value if first else default

    return LimitSettings(
        lots_per_order=value(otherwise.lots_per_order, *(s.lots_per_order for s in sections)),
        lots_per_symbol=value(otherwise.lots_per_symbol, *(s.lots_per_symbol for s in sections)),
        orders_per_minute=value(otherwise.orders_per_minute, *(s.orders_per_minute for s in sections)),
        loss_per_day=value(otherwise.loss_per_day, *(s.loss_per_day for s in sections)),
        spread=next((s.spread.value for s in sections if s.spread is not None), otherwise.spread),
    )


def _typed(raw: object, origin: str, reader: ValueReader[T]) -> Sourced[T] | None:
    return None if raw is None else setting_types.read(raw, origin, reader)


def _first(*found: Sourced[T] | None) -> Sourced[T] | None:
    """The first that is set, strongest source first."""
    return next((one for one in found if one is not None), None)
