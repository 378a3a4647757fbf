"""The config file: TOML text to typed settings, each with its line. Never merges and never picks a profile.

Anything it does not know is an error with a suggestion: a misspelt limit that is skipped costs money. All
that is wrong is told at once, in the order of its lines.
"""

import os
import re
import stat
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import msgspec

from xbtfx_tui.config import setting_types
from xbtfx_tui.config.api_addresses import rest_address, stream_address
from xbtfx_tui.config.config_table import ConfigMistake, ConfigTable
from xbtfx_tui.config.file_paths import chmod_command, shown
from xbtfx_tui.config.setting_types import SettingsError, Sourced
from xbtfx_tui.config.toml_lines import lines_of
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.chart_glyphs import ChartGlyphs
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.domain.event_sounds import Sound, SoundWay
from xbtfx_tui.domain.proposals import LetIn
from xbtfx_tui.domain.time_zones import ZoneChoice

_OF_THE_PROGRAM = (
    *(
        "fps",
        "mouse",
        "low_bandwidth",
        "notify",
        "ascii",
        "copy",
        "times",
        "sounds",
        "day",
        "candles",
        "chart",
    ),
    *("one_click", "one_click_lots", "keys", "agents"),
)
"""What no profile may set."""
_LARGEST_BYTES = 256 * 1024
_SYNTAX_LINE = re.compile(r" \(at line (\d+), column (\d+)\)$")
_SYNTAX_END = " (at end of document)"
_KEY_ON_LINE = re.compile(r"""\s*([\w."'-]+)\s*=""")
_BEGINS_LINES = re.compile(r"""[\[{]|\"{3}|'{3}""")
_MOST_BROKEN_LINES = 20


class ConfiguredCaps(msgspec.Struct, frozen=True):
    """The trader's own caps as one [limits] sets them: None where it does not, Found(None) for no cap."""

    lots_per_order: Sourced[Decimal | None] | None = None
    lots_per_symbol: Sourced[Decimal | None] | None = None
    orders_per_minute: Sourced[int | None] | None = None
    loss_per_day: Sourced[Decimal | None] | None = None
    spread: Sourced[Mapping[str, Decimal]] | None = None


class ConfiguredCandles(msgspec.Struct, frozen=True):
    """What [candles] sets: how long candles of 10 seconds and of a minute are kept (seconds)."""

    record: Sourced[bool] | None = None
    keep_10s: Sourced[int] | None = None
    keep_1m: Sourced[int] | None = None
    most_mb: Sourced[int] | None = None


class ConfiguredChart(msgspec.Struct, frozen=True):
    """What [chart] sets: whether shapes tell up from down, and with which glyphs it is drawn."""

    shapes: Sourced[bool] | None = None
    glyphs: Sourced[ChartGlyphs] | None = None


class Section(msgspec.Struct, frozen=True):
    """What the top level and a profile may both set."""

    watchlist: Sourced[tuple[str, ...]] | None = None
    theme: Sourced[str] | None = None
    default_volume: Sourced[Decimal] | None = None
    currency: Sourced[str] | None = None
    limits: ConfiguredCaps = ConfiguredCaps()
    key: Sourced[ApiKey] | None = None


class Profile(msgspec.Struct, frozen=True):
    """One [profiles.NAME]. Of key, key_file and key_env at most one is set."""

    common: Section
    base_url: Sourced[str] | None = None
    ws_url: Sourced[str] | None = None
    key_file: Sourced[str] | None = None
    key_env: Sourced[str] | None = None


class Config(msgspec.Struct, frozen=True):
    """A whole config file, checked; an absent file is the empty one."""

    common: Section = Section()
    fps: Sourced[int] | None = None
    mouse: Sourced[bool] | None = None
    low_bandwidth: Sourced[bool] | None = None
    notify: Sourced[bool] | None = None
    ascii: Sourced[bool] | None = None
    copy: Sourced[bool] | None = None
    times: Sourced[ZoneChoice] | None = None
    sounds: Mapping[Sound, Sourced[SoundWay]] = msgspec.field(default_factory=dict)
    day_begins: Sourced[DayClock] | None = None
    candles: ConfiguredCandles = ConfiguredCandles()
    chart: ConfiguredChart = ConfiguredChart()
    one_click: Sourced[bool] | None = None
    one_click_lots: Sourced[Decimal] | None = None
    let_in: Sourced[LetIn] | None = None
    keys: Mapping[str, Sourced[tuple[str, ...]]] = msgspec.field(default_factory=dict)
    profiles: Mapping[str, Profile] = msgspec.field(default_factory=dict)


class ConfigFileError(SettingsError):
    """What is wrong in a config file, a sentence each; `read` is what of it can be used."""

    def __init__(self, sentences: Iterable[str], read: Config) -> None:
        super().__init__(*sentences)
        self.read = read


def load_config(path: Path, home: Path, *, required: bool) -> Config:
    """The config file at `path`; the empty Config where there is none and none is `required`.

    Raises SettingsError, which names the file, the line and the setting of all that is wrong.
    """
    file = shown(path, home)
    try:
        with path.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            raw = opened.read(_LARGEST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        if required:
            raise SettingsError(f"There is no config file at {file}.") from None
        return Config()
    except OSError as error:
        raise SettingsError(f"The config file {file} can't be read: {error.strerror}.") from None
    if len(raw) > _LARGEST_BYTES:
        raise SettingsError(f"The config file {file} is larger than 256 KB: it can't be a config file.")
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{file}, line {line}: this is not UTF-8 text; save the file as UTF-8.") from None
    config = read_config(text, file)
    if mode & 0o077:
        _refuse_open_key(config, file, chmod_command(path, home))
    return config


def read_config(text: str, file: str) -> Config:
    """The settings in a config file's text; `file` is its name for error words. Raises SettingsError."""
    text = text.replace("\r\n", "\n").removesuffix("\n") + "\n"
    mistakes: list[ConfigMistake] = []
    raw: Mapping[str, object] | None = None
    while raw is None:
        try:
            raw = tomllib.loads(text, parse_float=Decimal)
        except RecursionError:
            raise SettingsError(f"{file}: lists or sections are nested too deep.") from None
        except ValueError as error:
            mistakes.append(_syntax_mistake(str(error), text, file))
            without = _without_line(text, mistakes[-1].line)
            if without is None or len(mistakes) == _MOST_BROKEN_LINES:
                raise SettingsError(*(one.sentence for one in mistakes)) from None
            text = without
    config = _config(ConfigTable(raw, (), file, lines_of(text), mistakes))
    if mistakes:
        raise ConfigFileError((one.sentence for one in sorted(mistakes, key=lambda one: one.line)), config)
    return config


def _config(top: ConfigTable) -> Config:
    common = _section(top)
    fps = top.take("fps", setting_types.whole_number(1, 60))
    mouse = top.take("mouse", setting_types.flag)
    sparing = top.take("low_bandwidth", setting_types.flag)
    notify = top.take("notify", setting_types.flag)
    ascii_marks = top.take("ascii", setting_types.flag)
    copies = top.take("copy", setting_types.flag)
    times = top.take("times", setting_types.time_zone)
    sounds = _sounds(top.section("sounds"))
    day = top.section("day")
    day_begins = day.take("begins", setting_types.day_clock)
    day.finish()
    candles = _candles(top.section("candles"))
    chart = _chart(top.section("chart"))
    one_click = top.take("one_click", setting_types.flag)
    one_click_lots = top.take("one_click_lots", setting_types.positive_decimal("0.50"))
    agents = top.section("agents")
    let_in = agents.take("let_in", setting_types.let_in)
    agents.finish()
    keys = _keys(top.section("keys"))
    table = top.section("profiles")
    profiles = {name: _profile(table.section(name)) for name in table.names()}
    in_profile = "in a [profiles.NAME] section"
    top.finish(dict.fromkeys(("base_url", "ws_url", "key_file", "key_env"), in_profile))
    return Config(
        common=common,
        fps=fps,
        mouse=mouse,
        low_bandwidth=sparing,
        notify=notify,
        ascii=ascii_marks,
        copy=copies,
        times=times,
        sounds=sounds,
        day_begins=day_begins,
        candles=candles,
        chart=chart,
        one_click=one_click,
        one_click_lots=one_click_lots,
        let_in=let_in,
        keys=keys,
        profiles=profiles,
    )


def _section(table: ConfigTable) -> Section:
    return Section(
        watchlist=table.take("watchlist", setting_types.symbols),
        theme=table.take("theme", setting_types.name),
        default_volume=table.take("default_volume", setting_types.positive_decimal("0.10")),
        currency=table.take("currency", setting_types.account_currency),
        limits=_limits(table.section("limits")),
        key=table.take("key", setting_types.api_key),
    )


def _limits(table: ConfigTable) -> ConfiguredCaps:
    limits = ConfiguredCaps(
        lots_per_order=table.take("lots_per_order", setting_types.cap(setting_types.positive_decimal("1.5"))),
        lots_per_symbol=table.take("lots_per_symbol", setting_types.cap(setting_types.positive_decimal("3"))),
        orders_per_minute=table.take(
            "orders_per_minute", setting_types.cap(setting_types.whole_number(1, 600))
        ),
        loss_per_day=table.take("loss_per_day", setting_types.cap(setting_types.positive_decimal("250"))),
        spread=table.take("spread", setting_types.points_by_symbol),
    )
    table.finish()
    return limits


def _candles(table: ConfigTable) -> ConfiguredCandles:
    candles = ConfiguredCandles(
        record=table.take("record", setting_types.flag),
        keep_10s=table.take("keep_10s", setting_types.kept_for(1)),
        keep_1m=table.take("keep_1m", setting_types.kept_for(30 * 24)),
        most_mb=table.take("most_mb", setting_types.whole_number(50, 1_000_000)),
    )
    table.finish()
    return candles


def _chart(table: ConfigTable) -> ConfiguredChart:
    chart = ConfiguredChart(
        shapes=table.take("shapes", setting_types.flag), glyphs=table.take("glyphs", setting_types.glyphs)
    )
    table.finish()
    return chart


def _sounds(table: ConfigTable) -> Mapping[Sound, Sourced[SoundWay]]:
    found = {sound: table.take(sound.value, setting_types.telling) for sound in Sound}
    table.finish()
    return {sound: told for sound, told in found.items() if told is not None}


def _keys(table: ConfigTable) -> Mapping[str, Sourced[tuple[str, ...]]]:
    """Keys by action. What two of the dialogs' share is the screen's to judge: they may never meet."""
    bound: dict[str, Sourced[tuple[str, ...]]] = {}
    owner: dict[str, str] = {}
    for action in table.names():
        found = table.take(action, setting_types.keys)
        if found is None:
            continue
        for key in found.value if not action.startswith("dialog.") else ():
            if owner.setdefault(key, action) != action:
                said = f'{found.origin} takes the key "{key}", which {owner[key]} has already.'
                table.is_wrong(action, said)
        bound[action] = found
    return bound


def _profile(table: ConfigTable) -> Profile:
    profile = Profile(
        common=_section(table),
        base_url=table.take("base_url", rest_address),
        ws_url=table.take("ws_url", stream_address),
        key_file=table.take("key_file", setting_types.text),
        key_env=table.take("key_env", setting_types.name),
    )
    top_alone = "at the top of the file, before the first [section]"
    table.finish(dict.fromkeys(_OF_THE_PROGRAM, top_alone))
    sources: dict[str, Sourced[ApiKey] | Sourced[str] | None] = {
        "key": profile.common.key,
        "key_file": profile.key_file,
        "key_env": profile.key_env,
    }
    given = [(name, found) for name, found in sources.items() if found is not None]
    if len(given) > 1:
        name, second = given[1]
        table.is_wrong(
            name, f"{second.origin} is a second source of the key; keep one of key, key_file, key_env."
        )
    return profile


def _refuse_open_key(config: Config, file: str, mend: str) -> None:
    for section in (config.common, *(profile.common for profile in config.profiles.values())):
        if section.key is not None:
            raise SettingsError(
                f"{section.key.origin} holds an API key, and others on this machine can read {file}."
                f" Close it with: {mend}"
            )


def _syntax_mistake(message: str, text: str, file: str) -> ConfigMistake:
    """TOML's own complaint with the line in front, and the setting of that line where one can be seen."""
    found = _SYNTAX_LINE.search(message)
    if found:
        line, what = int(found[1]), message[: found.start()]
    else:
        line, what = max(lines_of(text).unfinished, 1), message.removesuffix(_SYNTAX_END)
    source = text.split("\n")[line - 1] if line <= text.count("\n") else ""
    setting = _KEY_ON_LINE.match(source)
    subject = f"{setting[1]}: " if setting else ""
    said = f"{file}, line {line}: {subject}this is not TOML ({setting_types.in_words(what)[1:-1]})."
    return ConfigMistake(line, said)


def _without_line(text: str, line: int) -> str | None:
    """The text with a broken line empty, so that what follows can be looked at; None where the line may have
    opened what the next ones go on with (a section, a list, a long text): those would be blamed for it."""
    lines = text.split("\n")
    source = lines[line - 1] if line <= len(lines) else ""
    setting = _KEY_ON_LINE.match(source)
    if setting is None or _BEGINS_LINES.search(source, setting.end()):
        return None
    lines[line - 1] = ""
    return "\n".join(lines)
