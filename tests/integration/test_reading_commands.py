"""`xbtfx-tui quote|positions|account|history` against a real exchange: in words and for scripts."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any, NoReturn

import pytest

from tests.integration.command_runs import CommandLine
from tests.integration.exchange_client import ExchangeFactory, PaperExchange
from tests.integration.still_market import StillMarket
from xbtfx_tui.api.rest_client import ReadError, RestClient
from xbtfx_tui.domain.accounts import MarginMode, Permission
from xbtfx_tui.domain.failures import BridgeDown
from xbtfx_tui.paper.exchange_options import Fills

D = Decimal


@pytest.fixture
async def still(exchange_factory: ExchangeFactory) -> PaperExchange:
    """An empty account, prices that stand still, orders that are filled at once."""
    return await exchange_factory(fresh=True, fills=Fills.INSTANT, market=StillMarket())


# --- positions ---


async def test_positions_are_the_exchanges_own(line: CommandLine, exchange: PaperExchange) -> None:
    assert await line.runs(exchange, "positions", "--json") == 0
    shown: dict[str, Any] = json.loads(line.out)
    held = (await exchange.ledger())["positions"]
    assert {(row["ticket"], row["symbol"], D(row["volume"])) for row in shown["positions"]} == {
        (row["ticket"], row["symbol"], D(str(row["volume"]))) for row in held
    }
    assert shown["count"] == len(held) > 0
    assert D(shown["profit"]) == sum(D(row["profit"]) for row in shown["positions"])
    assert shown["currency"] is None, "the server does not name it"
    assert await line.runs(exchange, "positions", "--json", "--currency", "USD") == 0
    assert json.loads(line.out)["currency"] == "USD"


async def test_positions_are_a_table_for_people(line: CommandLine, still: PaperExchange) -> None:
    ticket = (await still.buys("EURUSD", 0.1, sl=1.0))["order"]
    await still.sells("XAUUSD", 0.02)
    assert await line.runs(still, "positions") == 0
    head, first, second, _, total = line.lines
    assert head.split() == ["ticket", "symbol", "side", "lots", "open", "now", "sl", "tp", "swap", "profit"]
    row = next(one for one in (first, second) if str(ticket) in one).split()
    assert row[1:4] == ["EURUSD", "buy", "0.10"]
    assert row[6:8] == ["1.00000", "-"], "a price has the symbol's digits, and a stop that is not set a dash"
    assert len(first) == len(second) == len(head), "figures are aligned to the right"
    assert total.startswith("2 positions, profit ")


@pytest.mark.parametrize("wanted", ["EURUSD", "eurusd", "EUR*", "?UR*"])
async def test_positions_of_a_symbol_or_a_pattern(
    line: CommandLine, still: PaperExchange, wanted: str
) -> None:
    await still.buys("EURUSD", 0.1)
    await still.buys("XAUUSD", 0.02)
    assert await line.runs(still, "positions", wanted, "--json") == 0
    assert [row["symbol"] for row in json.loads(line.out)["positions"]] == ["EURUSD"]


async def test_no_position_is_said_and_is_no_failure(line: CommandLine, still: PaperExchange) -> None:
    assert await line.runs(still, "positions") == 0
    assert line.out == "No position is open.\n"
    assert await line.runs(still, "positions", "GBPUSD") == 0
    assert line.out == "No position of GBPUSD is open.\n"
    assert await line.runs(still, "positions", "--json") == 0
    assert json.loads(line.out)["positions"] == []


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("EURUSDD", "EURUSDD is no symbol of this account: did you mean EURUSD"),
        ("gold", "gold is no symbol of this account: did you mean XAU"),
        ("QQQQQQ", "QQQQQQ is no symbol of this account."),
        ("QQ*", "No symbol of this account is named like QQ*."),
    ],
)
@pytest.mark.parametrize("command", [("positions",), ("history", "all"), ("quote",)])
async def test_a_symbol_that_the_account_does_not_have_is_a_mistake(
    line: CommandLine, still: PaperExchange, command: tuple[str, ...], wanted: str, sentence: str
) -> None:
    await still.buys("EURUSD", 0.1)
    assert await line.runs(still, *command, wanted) == 2
    assert (line.out, sentence in line.err) == ("", True), "an empty list would read as flat"


@pytest.mark.parametrize("command", [("positions",), ("history", "all")])
async def test_a_symbol_is_in_doubt_where_the_symbols_can_not_be_read(
    line: CommandLine,
    still: PaperExchange,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    async def fails(_client: RestClient) -> NoReturn:
        raise ReadError(BridgeDown())

    await still.buys("EURUSD", 0.1)
    monkeypatch.setattr(RestClient, "symbols", fails)
    assert await line.runs(still, *command, "eurusd") == 0, "what is held is a symbol of the account"
    assert "EURUSD" in line.out
    assert await line.runs(still, *command, "EURUSDD") == 1
    assert (
        "Whether EURUSDD is a symbol of this account is not known: its symbols could not be read." in line.err
    )
    assert await line.runs(still, "quote", "EURUSDD") == 1
    assert "the account's symbols could not be read" in line.err


# --- account ---


async def test_the_account_has_its_own_decimals(line: CommandLine, exchange_factory: ExchangeFactory) -> None:
    exchange = await exchange_factory(
        fresh=True,
        currency="BTC",
        margin_mode=MarginMode.NETTING,
        permissions=frozenset({Permission.READ}),
        balance=D("1.5"),
    )
    assert await line.runs(exchange, "account") == 0
    assert ["balance", "1.50000000"] in [text.split() for text in line.lines], "as given, without a name"
    assert await line.runs(exchange, "account", "--currency", "BTC") == 0
    rows = {text.split()[0]: text.split()[1:] for text in line.lines if not text.startswith("key may")}
    assert rows["balance"] == ["1.50000000", "BTC"]
    assert rows["level"] == ["-"], "no margin is used"
    assert rows["mode"] == ["netting"]
    assert "key may   read" in line.out
    assert await line.runs(exchange, "account", "--json") == 0
    figures = json.loads(line.out)
    assert D(figures["balance"]) == D("1.5")
    assert figures["margin_level"] is None
    assert (figures["permissions"], figures["margin_mode"]) == (["read"], "netting")


async def test_the_account_is_what_the_ledger_says(line: CommandLine, still: PaperExchange) -> None:
    await still.buys("EURUSD", 0.1)
    assert await line.runs(still, "account", "--json") == 0
    figures, ledger = json.loads(line.out), (await still.ledger())["account"]
    for name in ("balance", "equity", "margin", "profit"):
        assert D(figures[name]) == D(str(ledger[name])), name


# --- history ---


async def test_history_lists_deals_and_what_they_came_to(line: CommandLine, still: PaperExchange) -> None:
    ticket = (await still.buys("EURUSD", 0.1))["order"]
    await still.posts("/v1/close", ticket=ticket)
    await still.buys("XAUUSD", 0.02)
    assert await line.runs(still, "history", "--json") == 0
    shown = json.loads(line.out)
    ledger = (await still.ledger())["deals"]
    assert {row["ticket"] for row in shown["deals"]} == {row["ticket"] for row in ledger if row.get("symbol")}
    closing = [row for row in shown["deals"] if row["entry"] == "out"]
    assert [row["position"] for row in closing] == [ticket]
    assert shown["total"] == {"deals": 1, "lots": "0.1", "profit": closing[0]["profit"], "win_rate": "0.00"}
    assert datetime.fromisoformat(shown["deals"][0]["time"]).utcoffset() is not None
    assert await line.runs(still, "history", "today", "xau*") == 0
    assert line.lines[0].split()[:3] == ["time(UTC)", "ticket", "symbol"]
    assert {text.split()[3] for text in line.lines[1:]} == {"XAUUSD"}


async def test_a_commission_taken_at_the_opening_is_told_beside_the_sums(
    line: CommandLine, exchange_factory: ExchangeFactory
) -> None:
    exchange = await exchange_factory(
        fresh=True, fills=Fills.INSTANT, market=StillMarket(), commission=D("3.50")
    )
    ticket = (await exchange.buys("EURUSD", 0.1))["order"]
    await exchange.posts("/v1/close", ticket=ticket)
    assert await line.runs(exchange, "history", "--json") == 0
    shown = json.loads(line.out)
    assert D(shown["opening"]) == D("-0.35")
    moved = D(shown["total"]["profit"]) + D(shown["opening"])
    assert moved == D(str((await exchange.ledger())["balance"])) - 10_000
    assert await line.runs(exchange, "history") == 0
    assert "The deals that opened came to -0.35: in no sum above." in line.out


async def test_history_without_a_deal_says_so(line: CommandLine, still: PaperExchange) -> None:
    assert await line.runs(still, "history", "last_week", "GBPUSD") == 0
    assert line.out == "No deal of GBPUSD in last week.\n"


def test_a_period_that_is_none_is_wrong_use(line: CommandLine) -> None:
    assert line.runs_alone("history", "EURUSD") == 2
    assert '"EURUSD" is no period: it is one of today, last_3_days' in line.err
    assert "xbtfx-tui history last_week EURUSD" in line.err


# --- quote ---


async def test_quotes_in_the_order_asked_with_names_in_any_case(
    line: CommandLine, still: PaperExchange
) -> None:
    assert await line.runs(still, "quote", "xauusd", "EURUSD") == 0
    assert [text.split()[0] for text in line.lines] == ["symbol", "XAUUSD", "EURUSD"]
    assert await line.runs(still, "quote", "EURUSD", "--json") == 0
    (shown,) = json.loads(line.out)["quotes"]
    true = still.server.exchange.market.quote_of("EURUSD")
    assert (D(shown["bid"]), D(shown["ask"])) == (true.bid, true.ask)
    assert D(shown["spread_points"]) == (true.ask - true.bid) / D("0.00001")
    assert (shown["source"], shown["market"]) == ("rest", "open")
    assert "depth" not in shown


async def test_the_depth_comes_from_the_stream_for_each_symbol(
    line: CommandLine, exchange: PaperExchange
) -> None:
    assert await line.runs(exchange, "quote", "EURUSD", "BTCUSD", "--depth", "--json") == 0
    shown = json.loads(line.out)
    for one in shown["quotes"]:
        assert one["source"] == "stream"
        bids, asks = one["depth"]["bids"], one["depth"]["asks"]
        assert D(bids[0][0]) == D(one["bid"])
        assert D(asks[0][0]) == D(one["ask"])
        assert D(bids[0][1]) > 0
    assert await line.runs(exchange, "quote", "EURUSD", "--depth") == 0
    assert "EURUSD, depth in units" in line.lines


async def test_a_symbol_without_depth_is_quoted_and_the_lack_is_said(
    line: CommandLine, exchange_factory: ExchangeFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    market = StillMarket()
    market.has_no_depth("EURUSD")
    exchange = await exchange_factory(fresh=True, market=market)
    monkeypatch.setattr("xbtfx_tui.cli_commands.quote_lookup.DEPTH_WITHIN", 0.3)
    assert await line.runs(exchange, "quote", "EURUSD", "--depth", "--json") == 1
    shown = json.loads(line.out)
    assert shown["quotes"][0]["bid"] is not None
    assert shown["quotes"][0]["depth"] is None
    assert shown["errors"] == ["No depth of EURUSD is to be had."]
    assert "No depth of EURUSD is to be had." in line.err


async def test_a_symbol_that_is_none_fails_and_stops_no_other(
    line: CommandLine, still: PaperExchange
) -> None:
    assert await line.runs(still, "quote", "EURUDS", "EURUSD", "--json") == 2
    shown = json.loads(line.out)
    assert [one["symbol"] for one in shown["quotes"]] == ["EURUSD"]
    assert "EURUDS is no symbol of this account: did you mean EURUSD" in shown["errors"][0]
    assert shown["errors"][0] in line.err


# --- all of them ---


@pytest.mark.parametrize("command", [["quote", "EURUSD"], ["positions"], ["account"], ["history"]])
async def test_a_server_that_is_not_there_is_a_sentence_and_exit_code_1(
    line: CommandLine, exchange_factory: ExchangeFactory, command: list[str]
) -> None:
    exchange = await exchange_factory()
    await exchange.ends()
    assert await line.runs(exchange, *command) == 1
    assert "xbtfx-tui: The server can't be reached" in line.err
    assert line.out == ""


@pytest.mark.parametrize("command", [["quote", "EURUSD"], ["positions"], ["account"], ["history"]])
def test_without_a_key_it_says_where_one_goes(line: CommandLine, command: list[str]) -> None:
    assert line.runs_alone(*command) == 1
    assert "There is no API key. Set XBTFX_API_KEY" in line.err
