"""A config file that is wrong: the sentence names file, line and setting, and says what is right."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xbtfx_tui.config.config_file import load_config, read_config
from xbtfx_tui.config.setting_types import SettingsError
from xbtfx_tui.config.toml_lines import lines_of
from xbtfx_tui.key_settings import with_the_screens

KEY = "xbtfx_live_" + "a1b2c3d4" * 4


def refusal(text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read_config(text, "config.toml")
    assert KEY not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("\nfps = 0", "line 2: fps is 0; it takes a whole number from 1 to 60."),
        ("fps = 90", "line 1: fps is 90; it takes a whole number from 1 to 60."),
        ("fps = true", "line 1: fps is true; it takes a whole number from 1 to 60."),
        ('fps = "10"', 'line 1: fps is "10"; it takes a whole number from 1 to 60.'),
        ("fps = 9.5", "line 1: fps is 9.5; it takes a whole number from 1 to 60."),
        ("mouse = 1", "line 1: mouse is 1; it takes true or false."),
        (
            'watchlist = "EURUSD"',
            'line 1: watchlist is "EURUSD"; it takes a list of symbols, like ["EURUSD", "XAUUSD"].',
        ),
        (
            "watchlist = [1]",
            'line 1: watchlist is a list; it takes a list of symbols, like ["EURUSD", "XAUUSD"].',
        ),
        ("theme = 3", "line 1: theme is 3; it takes a name without spaces."),
        ("theme = 2024-01-01", "line 1: theme is 2024-01-01; it takes a name without spaces."),
        ("default_volume = -1", "line 1: default_volume is -1; it takes a number above 0, like 0.10."),
        ("default_volume = true", "line 1: default_volume is true; it takes a number above 0, like 0.10."),
        ("default_volume = 0.0", "line 1: default_volume is 0.0; it takes a number above 0, like 0.10."),
        ("default_volume = inf", "line 1: default_volume is Infinity; it takes a number above 0, like 0.10."),
        ("default_volume = nan", "line 1: default_volume is NaN; it takes a number above 0, like 0.10."),
        ('default_volume = ""', 'line 1: default_volume is ""; it takes a number above 0, like 0.10.'),
        (
            'default_volume = "0,10"',
            'line 1: default_volume is "0,10"; it takes a number above 0, like 0.10.',
        ),
        ("limits = 3", "line 1: limits is 3; write it as [limits]."),
        (
            "# caps\n[limits]\n\nlots_per_order = 'x'",
            'line 4: limits.lots_per_order is "x"; it takes a number above 0, like 1.5,'
            ' or "none" for no limit.',
        ),
        (
            "limits.orders_per_minute = 0",
            "line 1: limits.orders_per_minute is 0; it takes a whole number from 1 to 600,"
            ' or "none" for no limit.',
        ),
        (
            "[limits]\nlots = 1\n",
            "line 2: limits.lots is not a setting;"
            " there is loss_per_day, lots_per_order, lots_per_symbol, orders_per_minute, spread.",
        ),
        ("fsp = 3", 'line 1: fsp is not a setting; did you mean "fps"?'),
        ("[profile.demo]\n", 'line 1: profile is not a setting; did you mean "profiles"?'),
        (
            'base_url = "https://a.example"',
            "line 1: base_url does not belong here; it goes in a [profiles.NAME] section.",
        ),
        (
            "[profiles.a]\n[profiles.b]\nfps = 3",
            "line 3: profiles.b.fps does not belong here;"
            " it goes at the top of the file, before the first [section].",
        ),
        ("[profiles]\ndemo = 3", "line 2: profiles.demo is 3; write it as [profiles.demo]."),
        ("[keys]\nbuy = []", 'line 2: keys.buy is a list; it takes a key like "ctrl+l", or a list of keys.'),
        (
            '[keys]\nbuy = "b"\nsell = ["s", "b"]',
            'line 3: keys.sell takes the key "b", which buy has already.',
        ),
        (
            '[profiles.p]\nkey_env = "A"\nkey_file = "b"',
            "line 2: profiles.p.key_env is a second source of the key; keep one of key, key_file, key_env.",
        ),
        ("fps = ", "line 1: fps: this is not TOML (Invalid value)."),
        (
            "mouse = true\nfps = 1 2\n",
            "line 2: fps: this is not TOML (Expected newline or end of document after a statement).",
        ),
        ("fps = 1\nfps = 2", "line 2: fps: this is not TOML (Cannot overwrite a value)."),
        ('fps = 1\nwatchlist = ["A",\n"B"\n', "line 2: watchlist: this is not TOML (Unclosed array)."),
        ("fps = 1\n[keys\n", "line 2: this is not TOML (Expected ']' at the end of a table declaration)."),
    ],
)
def test_what_is_wrong_is_said_with_file_line_and_key(text: str, says: str) -> None:
    assert refusal(text) == f"config.toml, {says}"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("hunter2hunter2", "and this does not begin with xbtfx_live_"),
        (KEY[:-1], "and this has 31 after xbtfx_live_"),
        (KEY + "0", "and this has 33 after xbtfx_live_"),
        (KEY[:-1] + "g", "and in xbtfx_live_a1b2... there is a character that is not one of 0-9 and a-f"),
    ],
)
def test_a_key_of_the_wrong_form_is_told_by_its_prefix_at_most(written: str, why: str) -> None:
    said = refusal(f'fps = 1\nkey = "{written}"')
    assert said == (
        "config.toml, line 2: key does not look like an API key:"
        f" a key is xbtfx_live_ and 32 hex digits, {why}."
    )
    assert written not in said


@pytest.mark.parametrize(
    "setting", ["theme = ['{}']", "fps = '{}'", "'{}' = 1", "[profiles.p]\nbase_url = '{}'"]
)
def test_a_key_in_the_wrong_place_is_not_shown(setting: str) -> None:
    assert "a1b2c3" not in refusal(setting.format(KEY))


def test_a_password_in_an_address_is_not_shown() -> None:
    assert "secret" not in refusal("[profiles.p]\nbase_url = 'https://me:secret@a.example'")


@pytest.mark.parametrize("text", ["fps = 0x" + "f" * 9_000, "fps = " + "9" * 9_000, "a = " + "[" * 9_000])
def test_absurd_values_are_refused_in_few_words(text: str) -> None:
    assert len(refusal(text)) < 300


def on_disk(home: Path, raw: bytes, mode: int) -> Path:
    file = home / "config.toml"
    file.write_bytes(raw)
    file.chmod(mode)
    return file


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
@pytest.mark.parametrize("where", ["", "[profiles.live]\n"])
def test_a_file_with_a_key_must_be_closed_to_others(tmp_path: Path, mode: int, where: str) -> None:
    file = on_disk(tmp_path, f'{where}key = "{KEY}"\n'.encode(), mode)
    with pytest.raises(SettingsError) as caught:
        load_config(file, tmp_path, required=True)
    line, name = (2, "profiles.live.key") if where else (1, "key")
    assert str(caught.value) == (
        f"~/config.toml, line {line}: {name} holds an API key, and others on this machine can read"
        " ~/config.toml. Close it with: chmod 600 ~/config.toml"
    )
    file.chmod(0o600)
    load_config(file, tmp_path, required=True)


def test_a_file_without_a_key_may_be_open(tmp_path: Path) -> None:
    config = load_config(on_disk(tmp_path, b"fps = 7\r\n", 0o644), tmp_path, required=True)
    assert config.fps is not None
    assert config.fps.value == 7


def test_files_that_are_no_config_are_refused(tmp_path: Path) -> None:
    def said(file: Path) -> str:
        with pytest.raises(SettingsError) as caught:
            load_config(file, tmp_path, required=False)
        return str(caught.value)

    assert said(tmp_path) == f"The config file {tmp_path} can't be read: Is a directory."
    assert said(on_disk(tmp_path, b"fps = 1\n# \xff", 0o644)) == (
        "~/config.toml, line 2: this is not UTF-8 text; save the file as UTF-8."
    )
    assert said(on_disk(tmp_path, b"#" * 300_000, 0o644)).startswith(
        "The config file ~/config.toml is larger"
    )


# --- lines -----------------------------------------------------------------------------------------------

names = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
strings = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12).map(
    lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
)
scalars = (
    strings | st.integers(-9, 99).map(str) | st.sampled_from(["true", "2.50", "'#[=]'", '"""\na = 1\n"""'])
)
written_values = scalars | st.lists(scalars, min_size=1, max_size=3).map(
    lambda items: "[ # a list\n" + ",\n".join(items) + "\n]"
)
sections = st.dictionaries(names, written_values, max_size=4)


@given(
    top=sections,
    tables=st.dictionaries(names, sections, max_size=3),
    gap=st.sampled_from(["", "\n", "# x = 1\n"]),
)
def test_every_name_is_found_on_the_line_where_it_is_set(
    top: dict[str, str], tables: dict[str, dict[str, str]], gap: str
) -> None:
    tables = {f"t-{name}": table for name, table in tables.items()}
    text, wanted = "", {}

    def write(path: tuple[str, ...], statement: str) -> None:
        nonlocal text
        text += gap
        wanted[path] = text.count("\n") + 1
        text += statement + "\n"

    for name, value in top.items():
        write((name,), f"{name} = {value}")
    for section, table in tables.items():
        write((section,), f"[{section}]")
        for name, value in table.items():
            write((section, name), f"  {name} = {value}")
    tomllib.loads(text)
    found = lines_of(text)
    assert found == wanted
    assert found.unfinished == 0


def test_all_that_is_wrong_is_told_at_once_in_the_order_of_its_lines() -> None:
    said = refusal(
        'fps = 0\ntheme = xbtfx-dark\nfsp = 3\n[limits]\nlots_per_order = "x"\nlots = 1\n'
        '[keys]\nbuy = "b"\nsell = "b"\n[profiles.p]\nkey_env = "A"\nkey_file = "b"\nkey = "short"\n'
    )
    header, *told = said.splitlines()
    assert header == "8 settings can't be used:"
    assert [line.strip().split(";")[0].split(" (")[0] for line in told] == [
        "config.toml, line 1: fps is 0",
        "config.toml, line 2: theme: this is not TOML",
        "config.toml, line 3: fsp is not a setting",
        'config.toml, line 5: limits.lots_per_order is "x"',
        "config.toml, line 6: limits.lots is not a setting",
        'config.toml, line 9: keys.sell takes the key "b", which buy has already.',
        "config.toml, line 11: profiles.p.key_env is a second source of the key",
        "config.toml, line 13: profiles.p.key does not look like an API key: "
        "a key is xbtfx_live_ and 32 hex digits, and this does not begin with xbtfx_live_.",
    ]


@pytest.mark.parametrize("opens", ["[keys", 'watchlist = ["A" "B",', 'theme = """a', "limits = { lots = "])
def test_a_line_that_may_have_opened_others_is_told_without_blaming_what_follows(opens: str) -> None:
    assert refusal(f"fps = 20\n{opens}\nfps_of = 3\n]\n").startswith("config.toml, line 2: ")


def test_of_very_many_mistakes_the_first_are_told_and_the_rest_counted() -> None:
    said = refusal("".join(f"setting_{number} = 1\n" for number in range(30)))
    assert len(said.splitlines()) == 22
    assert said.endswith("and 10 more.")


def test_a_mistake_in_keys_and_theme_is_told_along_with_those_of_the_file() -> None:
    with pytest.raises(SettingsError) as caught:
        read_config(
            'fps = 0\ntheme = "nowhere"\n[keys]\n"trade.bye" = "b"\n"trade.buy" = "tab"\n', "config.toml"
        )
    told = str(with_the_screens(caught.value))
    assert [
        part for part in ("fps is 0", '"nowhere"', "keys.trade.bye", "keys.trade.buy") if part not in told
    ] == []
    assert told.startswith("4 settings can't be used:")
