"""What traders type from habit: percent of a position, and what the API has not, with the way round it."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_life import SPECS
from tests.unit.planning_account import an_account
from tests.unit.test_close_drafts import LONG
from xbtfx_tui.commands.command_types import Close, OfSymbols, PercentOf, Share, SymbolPattern
from xbtfx_tui.commands.grammar import Known, Mistake, parse, print_command
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.pip_size import pips_text, signed_pips_text
from xbtfx_tui.domain.symbol_spec import SymbolRow
from xbtfx_tui.ui.dialogs.symbol_search import matching

D = Decimal
KNOWN = Known({"EURUSD"})


def test_a_part_in_percent_is_rounded_down_to_the_step() -> None:
    line = parse("close EURUSD 33%", KNOWN)
    assert line == Close(OfSymbols(SymbolPattern("EURUSD")), PercentOf(D(33)))
    assert isinstance(line, Close)
    assert print_command(line) == "close EURUSD 33%"
    assert parse("close EURUSD 100%", KNOWN) == Close(OfSymbols(SymbolPattern("EURUSD")), Share.ALL)
    account = an_account([LONG, replace(LONG, ticket=12, volume=D("0.02"))])
    (step,) = account.plans("close 11 33%").steps
    assert isinstance(step.intent, CloseIntent)
    assert step.intent.volume == D("0.09")  # of 0.30
    assert account.refuses("close 12 33%").startswith(
        "33% of 0.02 lots is below the minimum of 0.01 for EURUSD"
    )
    for wrong in ("0%", "101%", "x%"):
        assert isinstance(parse(f"close EURUSD {wrong}", KNOWN), Mistake)


@pytest.mark.parametrize(
    ("line", "start", "words"),
    [
        ("cancel 40000074", 0, "can't cancel a pending order"),
        ("limit EURUSD", 0, "waits for its price while the terminal runs"),
        ("buy 0.10 EURUSD limit 1.0700", 16, "waits for its price while the terminal runs"),
        ("sell 0.10 EURUSD stop 1.0700", 17, "waits for its price while the terminal runs"),
        ("buy 0.10 EURUSD @ 1.0700", 16, "waits for its price while the terminal runs"),
    ],
)
def test_what_the_api_has_not_is_said_with_what_can_be_done_instead(
    line: str, start: int, words: str
) -> None:
    mistake = parse(line, KNOWN)
    assert isinstance(mistake, Mistake)
    assert mistake.start == start
    assert words in mistake.sentence
    assert not isinstance(parse(mistake.example, KNOWN), Mistake), "what is offered instead can be typed"


def test_a_kind_of_market_finds_its_symbols() -> None:
    rows = [SymbolRow(spec.name, spec.digits, spec.contract_size, spec.point) for spec in SPECS]
    assert [row.name for row in matching(rows, "crypto")] == ["BTCUSD"]
    assert "XAUUSD" in [row.name for row in matching(rows, "metals")]


def test_many_pips_are_written_in_groups() -> None:
    assert signed_pips_text(D("-152340.4")) == "-152,340"
    assert signed_pips_text(D("1520.44")) == "+1,520.4"
    assert pips_text(D("-152340.4")) == "152,340"
    assert pips_text(D("-0.01")) == "0.0"
