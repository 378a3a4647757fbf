"""One run of `xbtfx-tui record`: builds the recording, hears signals, prints its lines, tells systemd."""

import asyncio
import os
import secrets
import signal
import time
from collections.abc import Callable

import click

from xbtfx_tui.api.rest_client import RestClient
from xbtfx_tui.archive.candle_archive import ArchiveOptions
from xbtfx_tui.archive.candle_retention import Retention
from xbtfx_tui.config.settings import Settings
from xbtfx_tui.domain.api_key import ApiKey, redact
from xbtfx_tui.domain.store_events import Event
from xbtfx_tui.recording.recorder import Ended, Outlet, Recorder
from xbtfx_tui.recording.service_manager import STOPPING, ServiceManager
from xbtfx_tui.recording.symbol_choice import Wish
from xbtfx_tui.store.store import Store
from xbtfx_tui.stream.reconnecting_stream import StreamRunner
from xbtfx_tui.sync.system_clock import SystemClock

FINE, FAILED, MISUSED = 0, 1, 2
_END_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


async def run_recording(settings: Settings, wish: Wish) -> int:
    """Record until a signal comes or it can't go on; the exit code. What forms is written either way.

    The first signal ends it; one that comes meanwhile changes nothing, so that it ends whole, and soon.
    """
    key = settings.key
    assert key is not None  # noqa: S101 the command has looked
    loop, told_to_stop = asyncio.get_running_loop(), asyncio.Event()
    for number in _END_SIGNALS:
        loop.add_signal_handler(number, told_to_stop.set)
    manager = ServiceManager(os.environ)
    manager.tell(status="waiting for the server")
    client, recorder = _built(settings, wish, key, manager)
    try:
        stopping = asyncio.create_task(_say_stopping(told_to_stop, manager))
        how = await recorder.run(told_to_stop)
        stopping.cancel()
    finally:
        await client.aclose()
        for number in _END_SIGNALS:
            loop.remove_signal_handler(number)
    match how:
        case None:
            _print("Stopped.")
            return FINE
        case Ended.REFUSED:
            return MISUSED
        case Ended.FAILED:
            return FAILED


async def _say_stopping(told_to_stop: asyncio.Event, manager: ServiceManager) -> None:
    await told_to_stop.wait()
    manager.tell(STOPPING, status="stopping")


def _built(
    settings: Settings, wish: Wish, key: ApiKey, manager: ServiceManager
) -> tuple[RestClient, Recorder]:
    clock = SystemClock()
    store = Store(clock)
    client = RestClient(settings.base_url, key, clock, store.apply, on_date=store.apply)

    def stream_to(emit: Callable[[Event], None]) -> StreamRunner:
        return StreamRunner(settings.ws_url, key, clock, emit)

    candles = settings.candles
    options = ArchiveOptions(
        settings.state.root,
        settings.base_url,
        retention=Retention(candles.keep_10s, candles.keep_1m, candles.most_mb * 1_000_000),
        clock=settings.day_begins,
        # Right after a tenth second, when candles have been closed, and not when other programs write.
        second=secrets.randbelow(6) * 10 + 0.5 + secrets.randbelow(200) / 100,
        meanwhile="What is seen waits, as long as there is room;",
    )
    return client, Recorder(client, stream_to, store, clock, options, wish, Outlet(_print, manager.tell))


def _print(sentence: str) -> None:
    """A line on stderr, with the time where no journal adds it."""
    at = "" if "JOURNAL_STREAM" in os.environ else time.strftime("%Y-%m-%d %H:%M:%SZ ", time.gmtime())
    click.echo(redact(f"{at}{sentence}"), err=True)
