"""Lots that may be a hundredth or a thousandth of what was meant are asked, wherever they can be typed."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.planning_account import an_account
from tests.unit.test_close_drafts import LONG
from xbtfx_tui.commands.grammar import Known, Mistake, parse
from xbtfx_tui.domain.intents import CloseIntent, OpenIntent
from xbtfx_tui.domain.lot_steps import BadLots, VolumeSteps, read_lots, thousands_problem
from xbtfx_tui.domain.position_sizing import BadSize, Lots, RiskPercent, parse_size
from xbtfx_tui.domain.store_events import SpecRead

D = Decimal
WHOLE, CENTS = VolumeSteps(D(1), D(100_000), D(1)), VolumeSteps(D("0.01"), D(100), D("0.01"))
ASKED = "Is 1.000 1,000 lots, or 1? The step is 1: type 1000 or 1."


@pytest.mark.parametrize(("typed", "asked"), [("1.000", ASKED), ("1,000", ASKED)])
def test_whether_one_or_a_thousand_is_asked_where_whole_lots_are_traded(typed: str, asked: str) -> None:
    lots = read_lots(typed)
    assert isinstance(lots, Decimal)
    assert thousands_problem(lots, WHOLE) == asked
    assert thousands_problem(lots, CENTS) is None, "there it is one lot, as a decimal comma says"


@pytest.mark.parametrize("typed", ["1", "1000", "1,00", "1.5", "0,500", "2.0000"])
def test_nothing_else_is_asked(typed: str) -> None:
    lots = read_lots(typed)
    assert isinstance(lots, Decimal)
    assert thousands_problem(lots, WHOLE) is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("035", "035 has a 0 before it and no decimal point: type 0.35 or 35."),
        ("05%", "05% has a 0 before it and no decimal point: type 0.5% or 5%."),
        ("050$", "050$ has a 0 before it and no decimal point: type 0.50$ or 50$."),
    ],
)
def test_a_zero_without_a_point_is_refused(typed: str, sentence: str) -> None:
    assert parse_size(typed) == BadSize(sentence)


@pytest.mark.parametrize(
    ("typed", "size"), [("0,35", "0.35"), ("0.35", "0.35"), (".35", "0.35"), ("10", "10")]
)
def test_decimals_stay_right(typed: str, size: str) -> None:
    assert parse_size(typed) == Lots(D(size))
    assert parse_size("0.5%") == RiskPercent(D("0.5"))


def test_the_command_line_asks_too() -> None:
    line = parse("buy 035 EURUSD", Known())
    assert isinstance(line, Mistake)
    assert line.sentence == "035 has a 0 before it and no decimal point: type 0.35 or 35."
    part = parse("close 11 035", Known())
    assert isinstance(part, Mistake)
    assert part.sentence == line.sentence
    assert read_lots("035") == BadLots(line.sentence)


def test_an_order_of_whole_lots_is_asked_and_not_sent() -> None:
    one = an_account([replace(LONG, volume=D(3000))])
    spec = replace(one.store.specs["EURUSD"], volume_min=D(1), volume_max=None, volume_step=D(1))
    one.store.apply(SpecRead(spec, one.clock.now()))
    assert one.refuses("buy 1,000 EURUSD") == ASKED
    assert one.refuses("close 11 1,000") == ASKED
    (step,) = one.plans("close 11 1000").steps
    assert isinstance(step.intent, CloseIntent)
    assert step.intent.volume == 1000
    (step,) = one.plans("buy 2,00 EURUSD").steps
    assert isinstance(step.intent, OpenIntent)
    assert step.intent.volume == 2
