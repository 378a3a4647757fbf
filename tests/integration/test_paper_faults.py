"""What can be made to go wrong at the exchange, as a plain client of it meets it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.exchange_client import ExchangeFactory, PaperExchange, error_of
from xbtfx_tui.paper.child_process import read_options, write_options
from xbtfx_tui.paper.exchange_options import ExchangeOptions, Fills, OptionError
from xbtfx_tui.paper.faults.fault_files import load_script, parse_fault, read_script
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import Fault, FaultScript, Scripted
from xbtfx_tui.paper.service.idempotency_cache import Dedupes, Mood

QUICK = httpx.Timeout(0.4)


def executions(exchange: PaperExchange) -> list[str | None]:
    return [done.request_id for done in exchange.engine.executions]


async def faulty(factory: ExchangeFactory, *steps: Scripted, **more: Any) -> PaperExchange:
    """A fresh exchange that fills at once, and with which this goes wrong."""
    faults = ScriptedFaults(FaultScript(steps, more.pop("mood", None)))
    return await factory(faults=faults, fresh=True, **{"fills": Fills.INSTANT, **more})


async def buys(exchange: PaperExchange, key: str = "one", **more: Any) -> httpx.Response:
    body = {"symbol": "EURUSD", "side": "buy", "volume": 0.1}
    headers = {"Idempotency-Key": key}
    return await exchange.http.post("/v1/trade", json=body, headers=headers, **more)


@pytest.mark.parametrize(
    ("fault", "executed"),
    [
        (Fault.RESET_IN_HEADERS, False),
        (Fault.RESET_IN_BODY, False),
        (Fault.DROP_BEFORE_EXECUTING, False),
        (Fault.NO_ANSWER, False),
        (Fault.DROP_AFTER_EXECUTING, True),
        (Fault.NO_ANSWER_EXECUTED, True),
        (Fault.CUT_SHORT, True),
        (Fault.DRIP, True),
        (Fault.REVOKED_AFTER, True),
    ],
)
async def test_an_order_that_is_not_answered_is_executed_or_not_as_scripted(
    exchange_factory: ExchangeFactory, fault: Fault, executed: bool
) -> None:
    exchange = await faulty(exchange_factory, Scripted(fault, seconds=0.2))

    with pytest.raises((httpx.TransportError, TimeoutError)):
        async with asyncio.timeout(0.4):
            await buys(exchange)

    assert executions(exchange) == (["one"] if executed else [])


@pytest.mark.parametrize(
    ("fault", "status", "code", "executed"),
    [
        (Fault.RATE_LIMITED, 429, "rate_limit_exceeded", False),
        (Fault.BRIDGE_DOWN, 503, "bridge_unavailable", False),
        (Fault.TIMED_OUT, 504, "mt5_timeout", False),
        (Fault.TIMED_OUT_LATE, 504, "mt5_timeout", True),
        (Fault.NOT_FOUND, 404, "position_not_found", False),
        (Fault.REVOKED, 401, "unauthorized", False),
        (Fault.RETCODE_10012, 400, "rejected", True),
        (Fault.HOSTILE_MARKUP, 400, "rejected", False),
    ],
)
async def test_an_answer_says_one_thing_and_the_account_another(
    exchange_factory: ExchangeFactory, fault: Fault, status: int, code: str, executed: bool
) -> None:
    exchange = await faulty(exchange_factory, Scripted(fault, seconds=0.0))

    answered, body = error_of(await buys(exchange))

    assert (answered, body["error"]) == (status, code)
    assert executions(exchange) == (["one"] if executed else [])


async def test_a_page_of_a_proxy_comes_with_or_without_the_execution(
    exchange_factory: ExchangeFactory,
) -> None:
    exchange = await faulty(exchange_factory, Scripted(Fault.HTML_502), Scripted(Fault.HTML_502_EXECUTED))

    first, second = await buys(exchange, "one"), await buys(exchange, "two")

    assert [answer.status_code for answer in (first, second)] == [502, 502]
    assert first.headers["content-type"].startswith("text/html")
    assert executions(exchange) == ["two"]


async def test_a_placed_order_is_filled_late_or_never(exchange_factory: ExchangeFactory) -> None:
    steps = Scripted(Fault.PLACED_LATE, seconds=0.3), Scripted(Fault.PLACED_NEVER)
    exchange = await faulty(exchange_factory, *steps, fills=Fills.PLACED)

    assert [(await buys(exchange, key)).json()["status"] for key in ("late", "never")] == ["placed"] * 2
    assert executions(exchange) == []
    await exchange.sees(lambda: executions(exchange) == ["late"])
    assert exchange.server.exchange.waiting == 0


async def test_a_504_is_followed_by_the_fill(exchange_factory: ExchangeFactory) -> None:
    step = Scripted(Fault.TIMED_OUT_LATE, seconds=0.2)
    exchange = await faulty(exchange_factory, step, fills=Fills.PLACED)

    assert (await buys(exchange)).status_code == 504
    assert executions(exchange) == []
    await exchange.sees(lambda: executions(exchange) == ["one"])


async def test_a_request_is_delivered_after_its_client_gave_up(exchange_factory: ExchangeFactory) -> None:
    exchange = await faulty(exchange_factory, Scripted(Fault.LATE_DELIVERY, seconds=0.4))

    with pytest.raises(httpx.ReadTimeout):
        await buys(exchange, timeout=httpx.Timeout(0.2))
    assert executions(exchange) == []
    await exchange.sees(lambda: executions(exchange) == ["one"])


async def test_a_bulk_close_is_done_in_part_and_not_answered(exchange_factory: ExchangeFactory) -> None:
    exchange = await faulty(exchange_factory, Scripted(Fault.BULK_PART, "/v1/close-all"))
    for key in ("one", "two", "three", "four"):
        await buys(exchange, key)

    with pytest.raises(httpx.ReadTimeout):
        await exchange.http.post("/v1/close-all", headers={"Idempotency-Key": "all"}, timeout=QUICK)

    assert len(exchange.engine.positions()) == 2
    assert executions(exchange)[4:] == ["all", "all"]


async def test_a_reverse_closes_and_does_not_open(exchange_factory: ExchangeFactory) -> None:
    exchange = await faulty(exchange_factory, Scripted(Fault.HALF_REVERSE, "/v1/reverse"))
    ticket = (await buys(exchange)).json()["order"]

    assert (await exchange.posts("/v1/reverse", ticket=ticket)).status_code == 207
    assert exchange.engine.positions() == ()


async def test_a_stale_read_still_shows_what_was_closed(exchange_factory: ExchangeFactory) -> None:
    exchange = await faulty(exchange_factory)
    ticket = (await buys(exchange)).json()["order"]
    assert [row["ticket"] for row in await exchange.positions()] == [ticket]
    faults = exchange.server.faults
    assert isinstance(faults, ScriptedFaults)
    faults.add(Scripted(Fault.STALE, "/v1/positions"))
    await exchange.posts("/v1/close", ticket=ticket)

    assert [row["ticket"] for row in await exchange.positions()] == [ticket]
    assert await exchange.positions() == []


@pytest.mark.parametrize("dedupes", Dedupes)
@pytest.mark.parametrize("caches_errors", [True, False])
async def test_the_mood_decides_what_the_same_key_does_again(
    exchange_factory: ExchangeFactory, dedupes: Dedupes, caches_errors: bool
) -> None:
    mood = Mood(dedupes, caches_errors)
    exchange = await faulty(exchange_factory, Scripted(Fault.BRIDGE_DOWN), mood=mood)

    statuses = [(await buys(exchange)).status_code for _ in range(3)]

    remembers = dedupes is not Dedupes.NEVER
    assert statuses == ([503, 503, 503] if remembers and caches_errors else [503, 200, 200])
    expected = 0 if remembers and caches_errors else 1 if remembers else 2
    assert executions(exchange) == ["one"] * expected


async def test_faults_are_scripted_over_http(exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(faults=ScriptedFaults(), fresh=True)
    step = {"fault": "bridge_down", "path": "/v1/trade", "times": 2, "seconds": 0.0}
    mood = {"dedupes": "never", "caches_errors": False}

    answer = await exchange.posts("/paper/faults", next=[step], mood=mood)

    assert answer.json() == {"next": [step], "mood": mood}
    assert (await buys(exchange)).status_code == 503
    assert (await exchange.gets("/paper/faults"))["next"] == [step | {"times": 1}]
    await exchange.posts("/paper/faults", clear=True)
    assert (await buys(exchange)).status_code == 200
    wrong = await exchange.posts("/paper/faults", next=[{"fault": "explode"}])
    assert wrong.status_code == 400
    assert "explode" in wrong.text
    assert (
        await exchange.http.post("/paper/faults", headers={"Authorization": "Bearer x"})
    ).status_code == 401


async def test_without_being_asked_for_no_fault_can_be_scripted(exchange: PaperExchange) -> None:
    assert (await exchange.posts("/paper/faults", next=[])).status_code == 404


async def test_account_events_are_held_lost_and_cut(exchange_factory: ExchangeFactory) -> None:
    exchange = await faulty(exchange_factory, fills=Fills.PLACED)
    faults = exchange.server.faults
    assert isinstance(faults, ScriptedFaults)
    async with exchange.stream() as stream:
        await stream.signs_in()
        await stream.watches_the_account()
        faults.stream.begin(Scripted(Fault.STREAM_LOSE, seconds=60.0))
        await exchange.buys("EURUSD", 0.1)
        await exchange.sees(lambda: len(executions(exchange)) == 1)
        faults.stream.end(Fault.STREAM_LOSE)
        faults.stream.begin(Scripted(Fault.STREAM_HOLD, seconds=60.0))
        await exchange.buys("GBPUSD", 0.1)
        await exchange.sees(lambda: len(executions(exchange)) == 2)
        faults.stream.end(Fault.STREAM_HOLD)

        opened = await stream.next_of(channel="position", event="open")

        assert opened["symbol"] == "GBPUSD"
        faults.stream.begin(Scripted(Fault.STREAM_CUT))
        await stream.is_closed()


async def test_a_revoked_key_is_refused_everywhere(exchange_factory: ExchangeFactory) -> None:
    exchange = await faulty(exchange_factory, Scripted(Fault.REVOKED))
    assert (await buys(exchange)).status_code == 401
    assert (await exchange.http.get("/v1/account")).status_code == 401
    async with exchange.stream() as stream:
        assert (await stream.signs_in())["action"] == "auth_error"


def test_scripts_are_read_from_toml_and_their_mistakes_named(tmp_path: Path) -> None:
    path = tmp_path / "faults.toml"
    path.write_text(
        '[[next]]\nfault = "drip"\npath = "/v1/close"\nseconds = 0.5\n[mood]\ndedupes = "on completion"\n'
    )
    mood = Mood(Dedupes.ON_COMPLETION)
    assert load_script(path) == FaultScript((Scripted(Fault.DRIP, "/v1/close", seconds=0.5),), mood)
    assert parse_fault("late_delivery=9") == Scripted(Fault.LATE_DELIVERY, seconds=9.0)
    for wrong, said in [
        ({"next": [{"fault": "x"}]}, "'x' is not known"),
        ({"nxt": []}, "unknown field"),
        ({"next": [{"fault": "drip", "times": -1}]}, "times must be"),
        ({"next": [{"fault": "drip", "seconds": -1}]}, "seconds must be"),
        ({"next": [{"fault": "drip", "path": "trade"}]}, "path must be"),
        ({"mood": {"dedupes": "maybe"}}, "maybe"),
    ]:
        with pytest.raises(OptionError, match=said):
            read_script(wrong)
    with pytest.raises(OptionError, match="can't be read"):
        load_script(tmp_path / "none.toml")
    with pytest.raises(OptionError, match="like drip=5"):
        parse_fault("drip=soon")


def test_faults_reach_an_exchange_in_a_process_of_its_own() -> None:
    script = FaultScript((Scripted(Fault.STREAM_CUT, times=0),), Mood(Dedupes.NEVER, False))
    options = ExchangeOptions(faults=script)
    assert read_options(write_options(options)) == options
    assert json.loads(write_options(ExchangeOptions()))["faults"] is None
