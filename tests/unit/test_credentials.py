"""The key from the environment and from the credentials file, and the addresses it may go to."""

import ipaddress
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xbtfx_tui.config.api_addresses import is_loopback, rest_address, stream_address, stream_beside
from xbtfx_tui.config.credentials import find_key, key_from_file, key_problem, parse_credentials
from xbtfx_tui.config.setting_types import SettingsError, WrongValueError
from xbtfx_tui.domain.api_key import ApiKey, redact

KEY = "xbtfx_live_" + "a1b2c3d4" * 4
hex_keys = st.text("0123456789abcdef", min_size=32, max_size=32).map(lambda digits: "xbtfx_live_" + digits)

# --- the file --------------------------------------------------------------------------------------------


@given(
    key=hex_keys,
    form=st.sampled_from(
        [
            "XBTFX_API_KEY={}",
            "export XBTFX_API_KEY={}",
            "  XBTFX_API_KEY = {}  ",
            'XBTFX_API_KEY="{}"',
            "export  XBTFX_API_KEY='{}' # mine",
            "XBTFX_API_KEY={} # mine",
            "XBTFX_API_KEY=old\nXBTFX_API_KEY={}",
            "\ufeffXBTFX_API_KEY={}",
        ]
    ),
    around=st.lists(
        st.sampled_from(["", "# XBTFX_API_KEY=no", "[default]", "OTHER=1", "XXBTFX_API_KEY=2", "junk"]),
        max_size=3,
    ),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_every_tolerated_form_holds_the_same_key(key: str, form: str, around: list[str], ending: str) -> None:
    text = form.format(key) if form.startswith("\ufeff") else "\n".join([*around, form.format(key)])
    text = "\n".join([text, *around]).replace("\n", ending)
    assert parse_credentials(text) == key


@pytest.mark.parametrize(
    "text", ["", "# XBTFX_API_KEY=x", "XBTFX_API_KEY=", "XBTFX_API_KEY=''", "KEY=1", KEY]
)
def test_a_file_without_the_name_holds_no_key(text: str) -> None:
    assert parse_credentials(text) is None


@given(st.text())
def test_no_text_breaks_the_parser(text: str) -> None:
    parse_credentials(text)
    parse_credentials("XBTFX_API_KEY=" + text)


def write(home: Path, text: str, mode: int = 0o600) -> Path:
    file = home / ".xbtfx/credentials"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    file.chmod(mode)
    return file


def test_nothing_set_is_no_key(tmp_path: Path) -> None:
    assert find_key({"HOME": str(tmp_path), "XBTFX_API_KEY": "  "}) is None


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o777])
def test_a_file_that_others_can_read_is_refused_with_the_command_that_mends_it(
    tmp_path: Path, mode: int
) -> None:
    file = write(tmp_path, f"XBTFX_API_KEY={KEY}", mode)
    with pytest.raises(SettingsError) as caught:
        find_key({"HOME": str(tmp_path)})
    assert str(caught.value) == (
        "Others on this machine can read ~/.xbtfx/credentials, which holds your API key."
        " Close it with: chmod 600 ~/.xbtfx/credentials"
    )
    file.chmod(0o400)
    found = find_key({"HOME": str(tmp_path)})
    assert found is not None
    assert found.value == ApiKey(KEY)
    assert KEY not in repr(found)


def test_the_command_is_one_that_a_shell_takes(tmp_path: Path) -> None:
    file = tmp_path / "my keys"
    file.write_text("")
    file.chmod(0o644)
    with pytest.raises(SettingsError, match=r"chmod 600 ~/'my keys'$"):
        key_from_file(file, tmp_path, required=True)
    with pytest.raises(SettingsError, match=r"chmod 600 '/.*my keys'$"):
        key_from_file(file, Path("/nowhere"), required=True)


@given(body=st.text(min_size=1).map(str.strip).filter(bool))
def test_a_wrong_key_is_told_without_its_text(body: str) -> None:
    """What is said depends on how long it is, and on nothing else of it."""
    assume(not ApiKey("xbtfx_live_" + body).looks_right)
    said = key_problem("xbtfx_live_" + body)
    assert said is not None
    assert said == key_problem("xbtfx_live_" + "z" * len(body))


def test_the_source_of_a_wrong_key_is_named(tmp_path: Path) -> None:
    form = "a key is xbtfx_live_ and 32 hex digits"
    wanted = f"does not look like an API key: {form}, and this has 3 after xbtfx_live_."
    write(tmp_path, "XBTFX_API_KEY=xbtfx_live_abc")
    with pytest.raises(SettingsError) as caught:
        find_key({"HOME": str(tmp_path)})
    assert str(caught.value) == f"XBTFX_API_KEY in ~/.xbtfx/credentials {wanted}"
    with pytest.raises(SettingsError) as caught:
        find_key({"HOME": str(tmp_path), "XBTFX_API_KEY": "xbtfx_live_abc"})
    assert str(caught.value) == f"XBTFX_API_KEY {wanted}"
    assert key_problem("xbtfx_live_abc") == f"This {wanted}"
    assert key_problem(f" {KEY}\n") is None


# --- the addresses ---------------------------------------------------------------------------------------

LOOPBACK = st.ip_addresses(network="127.0.0.0/8").map(str) | st.sampled_from(
    ["localhost", "LOCALHOST", "[::1]"]
)
ELSEWHERE = (
    st.ip_addresses(v=4).filter(lambda ip: not ip.is_loopback).map(str)
    | st.ip_addresses(v=6).filter(lambda ip: ip != ipaddress.ip_address("::1")).map("[{}]".format)
    | st.sampled_from(
        [
            "interface.xbtfx.com",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "127.1",
            "0x7f000001",
            "2130706433",
            "0.0.0.0",  # noqa: S104 - an address to refuse, not to bind
            "[::ffff:127.0.0.1]",
            "localhost.",
        ]
    )
)
PORTS = st.just("") | st.integers(1, 65535).map(":{}".format)


@given(host=LOOPBACK | ELSEWHERE.filter(lambda h: "%" not in h), port=PORTS, slash=st.sampled_from(["", "/"]))
def test_encrypted_addresses_may_go_anywhere(host: str, port: str, slash: str) -> None:
    rest = rest_address(f"https://{host}{port}{slash}")
    assert rest == f"https://{host}{port}"
    assert stream_beside(rest) == f"wss://{host}{port}/v1/ws" == stream_address(f"wss://{host}{port}{slash}")


@given(host=LOOPBACK, port=PORTS)
def test_plain_addresses_may_go_to_this_machine(host: str, port: str) -> None:
    rest = rest_address(f"http://{host}{port}")
    assert is_loopback(rest)
    assert stream_beside(rest) == f"ws://{host}{port}/v1/ws" == stream_address(f"ws://{host}{port}/v1/ws")


@given(host=ELSEWHERE, port=PORTS)
def test_plain_addresses_may_go_nowhere_else(host: str, port: str) -> None:
    with pytest.raises(WrongValueError):
        rest_address(f"http://{host}{port}")
    with pytest.raises(WrongValueError):
        stream_address(f"ws://{host}{port}")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://",
        "interface.xbtfx.com",
        "ftp://127.0.0.1",
        "wss://a.example",
        "http://127.0.0.1@evil.example",
        "https://me:secret@a.example",
        "http://127.0.0.1\\@evil.example",
        "http://127.0.0.1#@evil.example",
        "http://127.0.0.1%2eevil.example",
        "http://127.0.0.1\t.evil.example",
        "http://１２７.0.0.1",
        "https://a.example/v1",
        "https://a.example?x=1",
        "https://a.example:0",
        "https://a.example:99999",
        "https://a.example:",
        "https://[::1",
        "http:127.0.0.1",
        7,
    ],
)  # fmt: skip
def test_what_two_readers_could_read_differently_is_no_address(address: object) -> None:
    with pytest.raises(WrongValueError):
        rest_address(address)


# --- redaction -------------------------------------------------------------------------------------------


@given(before=st.text(), key=hex_keys, after=st.text())
def test_a_key_never_survives_redaction(before: str, key: str, after: str) -> None:
    once = redact(f"{before}{key}{after}")
    assert key not in once
    assert redact(once) == once


def test_a_key_is_cut_to_its_prefix_and_other_tokens_to_nothing() -> None:
    assert redact(f"sent {KEY}.") == "sent xbtfx_live_a1b2...."
    assert redact(f"{{'Authorization': 'Bearer {KEY}'}}") == "{'Authorization': 'Bearer xbtfx_live_a1b2...'}"
    assert redact("authorization: bearer abc.DEF-1") == "authorization: bearer ..."
