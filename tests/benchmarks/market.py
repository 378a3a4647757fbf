"""The paper exchange for a benchmark, in its own process, and homes for the programs that trade on it."""

import asyncio
import json
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import httpx

from tests.clean_environment import clean_environment
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.child_process import launch
from xbtfx_tui.paper.exchange_options import ApiForm, ExchangeOptions

REPOSITORY = Path(__file__).resolve().parents[2]
KEY = ApiKey("xbtfx_live_" + "be9c4a11" * 4)
SEED = 7


@dataclass(frozen=True, slots=True)
class LiveMarket:
    """A running exchange with this many symbols; `symbols` are their names."""

    base_url: str
    ws_url: str
    port: int
    pid: int
    login: int
    symbols: tuple[str, ...]


@contextmanager
def a_market(symbols: int | None, tick_rate: float, replay: Path | None = None) -> Iterator[LiveMarket]:
    """An exchange; each symbol moves `tick_rate` times a second, EURUSD as recorded in `replay`.

    Of the rich form, for the minimal would begin with the question for the account's currency.
    """
    options = ExchangeOptions(
        key=KEY,
        seed=SEED,
        symbols=symbols,
        tick_rate=tick_rate,
        balance=Decimal(10_000_000),
        fresh=True,
        replay={} if replay is None else {"EURUSD": replay},
        form=ApiForm.RICH,
    )
    loop = asyncio.new_event_loop()
    keeper = threading.Thread(target=loop.run_forever, name="exchange's keeper", daemon=True)
    keeper.start()
    exchange = asyncio.run_coroutine_threadsafe(launch(options), loop).result()
    try:
        headers = {"Authorization": f"Bearer {KEY.reveal()}"}
        rows = httpx.get(f"{exchange.base_url}/v1/symbols", headers=headers, trust_env=False).json()
        names = sorted((row["name"] for row in rows["symbols"]), key=lambda name: name != "EURUSD")
        yield LiveMarket(
            exchange.base_url, exchange.ws_url, exchange.port, exchange.pid, exchange.login, tuple(names)
        )
    finally:
        asyncio.run_coroutine_threadsafe(exchange.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        keeper.join()
        loop.close()


@contextmanager
def a_home(watchlist: Sequence[str] = ()) -> Iterator[Path]:
    """A home directory with nothing in it but a config with this watchlist."""
    with tempfile.TemporaryDirectory(prefix="xbtfx-benchmark-") as home:
        config = Path(home) / ".config" / "xbtfx-tui" / "config.toml"
        config.parent.mkdir(parents=True)
        lines = [f"watchlist = {json.dumps(list(watchlist))}"] if watchlist else []
        caps = "lots_per_order", "lots_per_symbol", "orders_per_minute", "loss_per_day"
        lines += ["[limits]", *(f'{cap} = "none"' for cap in caps)]
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        config.chmod(0o600)
        yield Path(home)


def environment(home: Path, market: LiveMarket | None = None, base_url: str | None = None) -> dict[str, str]:
    """Of this home alone, on a terminal of all colours; `base_url` in place of the market's."""
    found = clean_environment(home, COLORTERM="truecolor", PYTHONPATH=str(REPOSITORY))
    if market is not None:
        found |= {
            "XBTFX_API_KEY": KEY.reveal(),
            "XBTFX_BASE_URL": base_url or market.base_url,
            "XBTFX_WS_URL": market.ws_url,
        }
    return found


def the_program(*options: str) -> list[str]:
    return [sys.executable, "-m", "xbtfx_tui", *options]


def reference(name: str, *arguments: str) -> list[str]:
    """One of the references, to be run with `environment`."""
    return [sys.executable, "-m", f"tests.benchmarks.reference_{name}", *arguments]
