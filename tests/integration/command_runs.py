"""The command line run beside an exchange that lives in the test's own event loop."""

import asyncio

import pytest

from tests.integration.exchange_client import PaperExchange
from xbtfx_tui import cli


class CommandLine:
    """`xbtfx-tui` as a script meets it: not on a terminal; what it printed is kept."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        self.out = ""
        self.err = ""

    async def runs(self, exchange: PaperExchange, *typed: str, key: str | None = None) -> int:
        """Run it on this exchange's account, or with another key; the exit code."""
        self._monkeypatch.setenv("XBTFX_API_KEY", key or exchange.key.reveal())
        self._monkeypatch.setenv("XBTFX_BASE_URL", exchange.base_url)
        code = await asyncio.to_thread(cli.main, list(typed))
        self._reads()
        assert exchange.key.reveal() not in self.out + self.err
        assert "\x1b" not in self.out + self.err
        return code

    def runs_alone(self, *typed: str) -> int:
        """Run it without a key and an exchange; the exit code."""
        code = cli.main(list(typed))
        self._reads()
        return code

    def _reads(self) -> None:
        captured = self._capsys.readouterr()
        self.out, self.err = captured.out, captured.err

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()
