"""The paper exchange knows its own key alone, and takes it without anyone on the machine reading it."""

from pathlib import Path

import click
import pytest

from xbtfx_tui.cli_options import PAPER_KEY_VARIABLE, paper_key
from xbtfx_tui.config.setting_types import SettingsError
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.child_process import KEY_VARIABLE, without_keys
from xbtfx_tui.paper.service.request_ledger import RequestRecord

LIVE = "xbtfx_live_" + "a1b2c3d4" * 4
OTHER = "xbtfx_live_" + "0f0f0f0f" * 4


def test_the_child_gets_no_key_by_whatever_name_it_goes() -> None:
    environ = {
        "PATH": "/bin",
        "LANG": "C.UTF-8",
        "XBTFX_API_KEY": LIVE,
        "XBTFX_BASE_URL": "https://example.test",
        KEY_VARIABLE: OTHER,
        "DESK_TWO": LIVE,
        "CURL_HEADER": f"Authorization: Bearer {LIVE}",
    }
    assert without_keys(environ) == {"PATH": "/bin", "LANG": "C.UTF-8"}


def test_its_key_comes_from_a_file_or_a_variable(tmp_path: Path) -> None:
    file = tmp_path / "paper"
    file.write_text(f"XBTFX_API_KEY={LIVE}\n")
    file.chmod(0o600)
    assert paper_key(None, file, {}) == ApiKey(LIVE)
    assert paper_key(None, None, {PAPER_KEY_VARIABLE: LIVE}) == ApiKey(LIVE)
    assert paper_key(LIVE, None, {PAPER_KEY_VARIABLE: OTHER}) == ApiKey(LIVE)
    assert paper_key(None, None, {"XBTFX_API_KEY": LIVE}) is None, (
        "a live key is none of the paper exchange's"
    )
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        paper_key(None, file, {})
    with pytest.raises(click.UsageError):
        paper_key(LIVE, file, {})


def test_a_request_without_a_key_is_counted_and_not_kept() -> None:
    record = RequestRecord()
    record.note("/v1/account", None)
    record.note("/v1/trade", "one")
    record.note("/v1/trade", None)
    assert record.rows() == {
        "/v1/account": {"count": 1, "keys": []},
        "/v1/trade": {"count": 2, "keys": ["one"]},
    }
