"""Where each setting comes from, and which source wins. HOME and XDG are directories of the test's own."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from xbtfx_tui.config.setting_types import SettingsError, Sourced
from xbtfx_tui.config.settings import (
    LIVE_LIMITS,
    CandleSettings,
    CommandLine,
    LimitSettings,
    Settings,
    key_mistakes,
    load_settings,
    theme_mistakes,
)
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.day_clock import day_clock
from xbtfx_tui.domain.proposals import LetIn

KEY = "xbtfx_live_" + "a1b2c3d4" * 4
OTHER_KEY = "xbtfx_live_" + "0f0f0f0f" * 4


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def load(home: Path, config: str = "", environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings of a person with this home, config file, environment and command line."""
    if config:
        place = home / ".config/xbtfx-tui"
        place.mkdir(parents=True, exist_ok=True)
        place.joinpath("config.toml").write_text(config)
        place.joinpath("config.toml").chmod(0o600)
    return load_settings(CommandLine(**given), {"HOME": str(home), **(environ or {})})


def refusal(home: Path, config: str = "", environ: Mapping[str, str] | None = None, **given: Any) -> str:
    with pytest.raises(SettingsError) as caught:
        load(home, config, environ, **given)
    assert KEY not in str(caught.value)
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_without_anything_set_the_defaults_hold(home: Path) -> None:
    settings = load(home)
    assert settings.watchlist == ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD", "NDXUSD")
    assert (settings.fps, settings.mouse, settings.theme) == (10, True, None)
    assert not settings.low_bandwidth
    assert settings.notify is None
    assert settings.default_volume == Decimal("0.10")
    assert settings.limits == LIVE_LIMITS
    assert settings.paper_limits == LimitSettings()
    assert settings.key is None
    assert settings.base_url == "https://interface.xbtfx.com"
    assert settings.ws_url == "wss://ws.xbtfx.com/v1/ws"
    assert settings.state.root == home / ".local/state/xbtfx-tui"
    assert settings.origins["fps"] == "the default"


FULL = """\
watchlist = ["BTCUSD", "EURUSD", "BTCUSD"]
fps = 20
theme = "quiet"
default_volume = 0.30
mouse = false
low_bandwidth = true
notify = false

[limits]
lots_per_order = "1.50"
orders_per_minute = 6
loss_per_day = 250

[keys]
buy = "B"
close = ["c", "delete"]

[profiles.demo]
theme = "loud"
base_url = "http://127.0.0.1:8080"

[profiles.demo.limits]
lots_per_order = 5
"""


def test_a_thin_line_is_drawn_twice_a_second_unless_told_otherwise(home: Path) -> None:
    assert load(home, low_bandwidth=True).fps == 2
    assert load(home, low_bandwidth=True, fps=4).fps == 4
    assert load(home, "low_bandwidth = true\n").fps == 2


def test_the_config_file_goes_before_the_defaults(home: Path) -> None:
    settings = load(home, FULL)
    assert settings.watchlist == ("BTCUSD", "EURUSD")
    assert (settings.fps, settings.mouse, settings.theme) == (20, False, "quiet")
    assert settings.low_bandwidth
    assert settings.notify is False
    assert str(settings.default_volume) == "0.30"
    assert settings.limits == LimitSettings(Decimal("1.50"), Decimal(20), 6, Decimal(250))
    assert settings.paper_limits == LimitSettings(Decimal("1.50"), None, 6, Decimal(250))
    keys = {action: found.value for action, found in settings.keys.items()}
    assert keys == {"buy": ("B",), "close": ("c", "delete")}
    assert settings.origins["fps"] == "~/.config/xbtfx-tui/config.toml, line 2: fps"


def test_scripts_are_let_into_paper_terminals_unless_the_file_says_otherwise(home: Path) -> None:
    assert load(home).let_in is LetIn.PAPER
    settings = load(home, '[agents]\nlet_in = "all"\n')
    assert settings.let_in is LetIn.ALL
    assert settings.origins["agents.let_in"] == "~/.config/xbtfx-tui/config.toml, line 2: agents.let_in"
    with pytest.raises(SettingsError, match='it takes "paper", "all" or "none"'):
        load(home, "[agents]\nlet_in = true\n")


def test_candles_are_kept_as_the_file_says(home: Path) -> None:
    assert load(home).candles == CandleSettings()
    assert load(home).day_begins.name == "utc"
    settings = load(
        home, '[day]\nbegins = "ny17"\n[candles]\nrecord = false\nkeep_10s = "12h"\nmost_mb = 500\n'
    )
    assert settings.candles == CandleSettings(record=False, keep_10s=12 * 3600, most_mb=500)
    assert settings.day_begins == day_clock("ny17")
    assert settings.origins["day.begins"] == "~/.config/xbtfx-tui/config.toml, line 2: day.begins"


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ('[candles]\nkeep_1m = "29d"', 'it takes days or hours, like "3d" or "12h", "30d" at least.'),
        ('[candles]\nkeep_10s = "3 days"', 'it takes days or hours, like "3d" or "12h", "1h" at least.'),
        ("[candles]\nkeep_10s = 3", 'it takes days or hours, like "3d" or "12h", "1h" at least.'),
        ("[candles]\nmost_mb = 5", "it takes a whole number from 50 to 1000000."),
        ("[candles]\nkeep = 5", "is not a setting; did you mean"),
        ('[day]\nbegins = "Europe/Athen"', 'no clock has this name; did you mean "Europe/Athens".'),
        ('[day]\nbegins = "+05:30"', "it takes whole hours, like +02:00."),
        ("[day]\nbegins = 17", 'it takes "utc", "ny17", a zone like "Europe/Athens", or "+02:00".'),
        ("[profiles.x.candles]\nrecord = true", "at the top of the file, before the first [section]"),
    ],
)
def test_what_is_wrong_of_candles_and_days_is_named(home: Path, config: str, says: str) -> None:
    assert says in refusal(home, config)


def test_a_profile_goes_before_the_rest_of_the_file_limit_by_limit(home: Path) -> None:
    settings = load(home, FULL, profile="demo")
    assert (settings.theme, settings.fps) == ("loud", 20)
    assert settings.limits == LimitSettings(Decimal(5), Decimal(20), 6, Decimal(250))
    assert settings.base_url == "http://127.0.0.1:8080"
    assert settings.ws_url == "ws://127.0.0.1:8080/v1/ws"


def test_a_limit_can_be_taken_away(home: Path) -> None:
    settings = load(
        home, '[limits]\nlots_per_order = "none"\n[profiles.demo.limits]\norders_per_minute = "none"'
    )
    assert settings.limits == LimitSettings(None, Decimal(20), 30)
    assert load(home, profile="demo").limits == LimitSettings(None, Decimal(20), None)


def test_the_command_line_goes_before_all(home: Path) -> None:
    settings = load(
        home,
        FULL,
        profile="demo",
        fps=5,
        theme="x",
        default_volume=".2",
        mouse=False,
        base_url="https://a.example",
    )
    assert (settings.fps, settings.theme, settings.default_volume) == (5, "x", Decimal("0.2"))
    assert settings.ws_url == "wss://a.example/v1/ws"
    assert settings.origins["fps"] == "--fps"


def test_xdg_variables_move_the_files_unless_they_are_relative(home: Path, tmp_path: Path) -> None:
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "c"), "XDG_STATE_HOME": str(tmp_path / "s")}
    settings = load(home, environ=environ)
    assert settings.config_file == tmp_path / "c/xbtfx-tui/config.toml"
    assert settings.state.root == tmp_path / "s/xbtfx-tui"
    settings = load(home, environ={"XDG_CONFIG_HOME": "c", "XDG_STATE_HOME": ""})
    assert settings.config_file == home / ".config/xbtfx-tui/config.toml"


def test_a_missing_config_file_is_an_error_only_where_it_was_asked_for(home: Path) -> None:
    assert load(home).fps == 10
    with pytest.raises(SettingsError) as caught:
        load_settings(CommandLine(config=home / "mine.toml"), {"HOME": str(home)})
    assert str(caught.value) == "There is no config file at ~/mine.toml."


# --- the key ---------------------------------------------------------------------------------------------


def credentials(home: Path, key: str, name: str = ".xbtfx/credentials") -> Path:
    file = home / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"XBTFX_API_KEY={key}\n")
    file.chmod(0o600)
    return file


def test_the_key_comes_from_the_environment_then_the_credentials_file_then_the_config(home: Path) -> None:
    config = f'key = "{OTHER_KEY}"\n'
    assert load(home, config).key == ApiKey(OTHER_KEY)
    credentials(home, KEY)
    assert load(home, config).key == ApiKey(KEY)
    settings = load(home, config, {"XBTFX_API_KEY": f" {OTHER_KEY}\n"})
    assert settings.key == ApiKey(OTHER_KEY)
    assert settings.origins["key"] == "XBTFX_API_KEY"
    assert OTHER_KEY not in repr(settings)


@pytest.mark.parametrize(
    "source",
    [f'key = "{OTHER_KEY}"', 'key_file = "demo.key"', 'key_env = "DEMO_KEY"'],
    ids=["key", "file", "env"],
)
def test_the_key_of_a_chosen_profile_is_not_replaced_by_a_variable_left_over(home: Path, source: str) -> None:
    environ = {"XBTFX_API_KEY": KEY, "DEMO_KEY": OTHER_KEY, "XBTFX_BASE_URL": "https://left.over"}
    config = f'[profiles.demo]\nbase_url = "http://localhost:1"\n{source}\n'
    (home / ".config/xbtfx-tui").mkdir(parents=True)
    credentials(home, OTHER_KEY, ".config/xbtfx-tui/demo.key")
    settings = load(home, config, environ, profile="demo")
    assert settings.key == ApiKey(OTHER_KEY)
    assert settings.base_url == "http://localhost:1"


def test_a_profile_whose_key_is_nowhere_is_an_error_and_not_another_key(home: Path) -> None:
    environ = {"XBTFX_API_KEY": KEY}
    said = refusal(home, '[profiles.demo]\nkey_env = "DEMO_KEY"\n', environ, profile="demo")
    assert (
        said
        == "~/.config/xbtfx-tui/config.toml, line 2: profiles.demo.key_env is DEMO_KEY, which is not set."
    )
    said = refusal(home, '[profiles.demo]\nkey_file = "~/demo.key"\n', environ, profile="demo")
    assert said == "There is no key file at ~/demo.key."
    (home / "demo.key").touch(0o600)
    said = refusal(home, '[profiles.demo]\nkey_file = "~/demo.key"\n', environ, profile="demo")
    assert said == "~/demo.key has no key; it takes a line like XBTFX_API_KEY=xbtfx_live_..."


def test_paper_looks_at_no_key_and_no_address(home: Path) -> None:
    credentials(home, "not a key at all").chmod(0o644)
    settings = load(home, environ={"XBTFX_BASE_URL": "http://far.example"}, paper=True)
    assert settings.key is None
    assert settings.paper


def test_a_profile_that_is_not_there_is_named_with_the_nearest_one(home: Path) -> None:
    assert refusal(home, profile="demo") == (
        "--profile demo: ~/.config/xbtfx-tui/config.toml has no [profiles.demo] section."
    )
    assert refusal(home, FULL, profile="dmo") == (
        '--profile dmo: ~/.config/xbtfx-tui/config.toml has no such profile; did you mean "demo"?'
    )


# --- the addresses ---------------------------------------------------------------------------------------


def test_addresses_come_from_the_environment_and_the_stream_follows_the_rest_address(home: Path) -> None:
    settings = load(home, environ={"XBTFX_BASE_URL": "https://a.example/"})
    assert (settings.base_url, settings.ws_url) == ("https://a.example", "wss://a.example/v1/ws")
    both = {"XBTFX_BASE_URL": "http://[::1]:8080", "XBTFX_WS_URL": "ws://localhost:9090"}
    settings = load(home, environ=both)
    assert (settings.base_url, settings.ws_url) == ("http://[::1]:8080", "ws://localhost:9090/v1/ws")


def test_a_stream_address_left_over_does_not_join_a_rest_address_just_typed(home: Path) -> None:
    environ = {"XBTFX_WS_URL": "wss://left.over/v1/ws"}
    assert load(home, environ=environ).ws_url == "wss://left.over/v1/ws"
    assert load(home, environ=environ, base_url="https://b.example").ws_url == "wss://b.example/v1/ws"
    assert load(home, environ=environ, ws_url="wss://c.example/s").ws_url == "wss://c.example/s"


def test_prices_of_this_machine_never_meet_orders_elsewhere(home: Path) -> None:
    assert refusal(home, environ={"XBTFX_WS_URL": "ws://127.0.0.1:8080"}) == (
        "The REST address https://interface.xbtfx.com (the default) and the stream address"
        " ws://127.0.0.1:8080/v1/ws (XBTFX_WS_URL) must both be on this machine or both elsewhere:"
        " prices and orders would not be of one account."
    )


def test_an_address_in_the_open_is_refused_by_the_name_of_its_source(home: Path) -> None:
    why = "so that the key is never sent in the open; use https."
    said = refusal(home, environ={"XBTFX_BASE_URL": "http://far.example"})
    assert said.startswith('XBTFX_BASE_URL is "http://far.example"; plain http goes only to this machine')
    assert said.endswith(why)
    assert refusal(home, base_url="http://far.example").startswith('--base-url is "http://far.example"; ')
    said = refusal(home, '[profiles.p]\nbase_url = "http://far.example"\n')
    assert said.startswith("~/.config/xbtfx-tui/config.toml, line 2: profiles.p.base_url is ")


# --- what the screen knows -------------------------------------------------------------------------------


def test_a_theme_and_an_action_that_the_screen_does_not_have_are_named(home: Path) -> None:
    settings = load(home, 'theme = "draculla"\n[keys]\nbye = "b"\n')
    theme = Sourced("draculla", settings.origins["theme"])
    assert not list(theme_mistakes(theme, {"draculla", "nord"}))
    assert list(theme_mistakes(theme, {"dracula", "nord"})) == [
        '~/.config/xbtfx-tui/config.toml, line 1: theme is "draculla", which is not a theme;'
        ' did you mean "dracula"?'
    ]
    assert not list(key_mistakes(settings.keys, {"bye"}, lambda _: None))
    assert list(key_mistakes(settings.keys, {"buy", "sell"}, lambda _: None)) == [
        '~/.config/xbtfx-tui/config.toml, line 3: keys.bye is not an action; did you mean "buy"?'
    ]


def test_all_keys_that_the_screen_has_another_use_for_are_named_with_their_lines(home: Path) -> None:
    settings = load(home, '[keys]\n"dialog.flip" = "f6"\n"dialog.half" = ["x", "f7"]\n"dialog.third" = "y"\n')
    actions = {"dialog.flip", "dialog.half", "dialog.third"}

    def clash(keys: Mapping[str, str]) -> tuple[str, str] | None:
        found = [action for action, key in keys.items() if not key.startswith("f")]
        return (found[0], "takes a key that types.") if found else None

    assert list(key_mistakes(settings.keys, actions, clash)) == [
        "~/.config/xbtfx-tui/config.toml, line 3: keys.dialog.half takes a key that types.",
        "~/.config/xbtfx-tui/config.toml, line 4: keys.dialog.third takes a key that types.",
    ]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"fps": 61}, "--fps is 61; it takes a whole number from 1 to 60."),
        ({"default_volume": "0"}, '--default-volume is "0"; it takes a number above 0, like 0.10.'),
        ({"default_volume": "1e-2"}, '--default-volume is "1e-2"; it takes a number above 0, like 0.10.'),
        ({"theme": "two words"}, '--theme is "two words"; it takes a name without spaces.'),
    ],
)
def test_a_bad_option_is_named(home: Path, given: dict[str, Any], says: str) -> None:
    assert refusal(home, **given) == says


def test_the_accounts_currency_is_told_by_flag_profile_or_file_in_this_order(home: Path) -> None:
    config = 'currency = "usdt"\n[profiles.coin]\ncurrency = "BTC"\n'
    assert load(home).currency is None
    told = load(home, config).currency
    assert told is not None
    assert (told.currency, "config.toml, line 1: currency" in told.where) == ("USDT", True)
    assert load(home, config, profile="coin").currency == ToldByTrader(
        "BTC", "~/.config/xbtfx-tui/config.toml, line 3: profiles.coin.currency"
    )
    assert load(home, config, profile="coin", currency="eth").currency == ToldByTrader("ETH", "--currency")


def test_what_the_file_says_of_a_live_accounts_currency_is_not_said_of_a_paper_one(home: Path) -> None:
    config = 'currency = "BTC"\n'
    assert load(home, config, paper=True).currency is None
    assert load(home, config, paper=True, currency="XRP").currency == ToldByTrader("XRP", "--currency")


@pytest.mark.parametrize("wrong", ['"EUR"', '""', "7", "true", '["USD"]', '"US D"', "1.5"])
def test_a_currency_that_no_account_is_in_is_refused(home: Path, wrong: str) -> None:
    assert "it takes USD, USDT, BTC, ETH or XRP" in refusal(home, f"currency = {wrong}\n")


def test_a_home_that_is_no_directory_has_no_config_and_no_key(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    nowhere.touch()
    settings = load_settings(CommandLine(), {"HOME": str(nowhere)})
    assert settings.key is None
    with pytest.raises(SettingsError, match="no config file"):
        load_settings(CommandLine(config=nowhere / "mine.toml"), {"HOME": str(nowhere)})
