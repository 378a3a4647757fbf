"""What a batch realised: the deals' word where it can only be theirs, an estimate else."""

from collections.abc import Sequence
from decimal import Decimal

from tests.unit.planning_account import a_position, an_account
from tests.unit.test_batch import ScriptedDesk, begun
from xbtfx_tui.domain.order_outcomes import Done as DoneAnswer
from xbtfx_tui.domain.order_outcomes import Filled, IntentState, Placed, Result
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.planning.batch_execution import Batch, Finished, Realised

D = Decimal
S = IntentState


def all_done(desk: ScriptedDesk, batch: Batch, answers: Sequence[Result]) -> None:
    batch.advance()
    for answer in answers:
        desk.comes_to(S.FOUND_FILLED if isinstance(answer, Placed) else S.FILLED, answer)
        batch.advance()
    assert isinstance(batch.overall, Finished)


def test_the_deals_that_the_answers_name_are_the_realised_total() -> None:
    batch, desk = begun()
    all_done(desk, batch, [Filled(10009, deal=n) for n in (1, 2, 3)])
    assert batch.realised == Realised(D("22.10"), is_about=True)
    assert batch.summary() == "3 of 3 done. Realised: about +22.10 USD."
    desk.deal(1, "45", "EURUSD", Side.SELL, "0.50")
    desk.deal(2, "8", "USDJPY", Side.SELL, "1.00")
    assert batch.realised == Realised(D("20.00"), is_about=True)
    desk.deal(3, "-34", "XAUUSD", Side.BUY, "0.10")
    assert batch.realised == Realised(D(19), is_about=False)
    assert batch.summary() == "3 of 3 done. Realised: +19.00 USD."


def test_deals_without_a_name_count_where_they_can_only_be_the_batchs() -> None:
    batch, desk = begun()
    desk.deal(7, "1000", "EURUSD", Side.SELL, "0.50")  # it counts, for it came after the batch was made
    all_done(desk, batch, [Placed(10008)] * 3)
    desk.deal(8, "45", "EURUSD", Side.SELL, "0.50")
    desk.deal(9, "8", "USDJPY", Side.SELL, "1.00")
    desk.deal(10, "-34", "XAUUSD", Side.SELL, "0.10")
    # Two of EURUSD's kind for one close, and XAUUSD's is of the wrong side: those two stay estimates.
    assert batch.realised == Realised(D("46.50") + 8 - 33, is_about=True)


def test_a_deal_that_an_answer_names_is_not_counted_for_another_step() -> None:
    held = [a_position(n, "EURUSD", Side.BUY, "0.10", "1.08", "1.08213", "21.30") for n in (1, 2)]
    account = an_account(held)
    desk = ScriptedDesk(account.store)
    batch = Batch(account.plans("close all"), desk, account.store, account.clock)
    all_done(desk, batch, [Filled(10009, deal=8), Placed(10008)])
    desk.deal(8, "20", "EURUSD", Side.SELL, "0.10")
    desk.deal(9, "19", "EURUSD", Side.SELL, "0.10")
    assert batch.realised == Realised(D(39), is_about=False)


def test_deals_from_before_the_batch_are_not_its_own() -> None:
    account = an_account()
    desk = ScriptedDesk(account.store)
    desk.deal(7, "1000", "EURUSD", Side.SELL, "0.50")
    batch = Batch(account.plans("close 184729"), desk, account.store, account.clock)
    all_done(desk, batch, [Placed(10008)])
    desk.deal(8, "45", "EURUSD", Side.SELL, "0.50")
    assert batch.realised == Realised(D(45), is_about=False)


def test_an_estimate_moves_with_the_price_of_the_answer() -> None:
    batch, desk = begun("close 184729")
    # Valued at 1.08213, filled 10 points lower: 0.50 lots lose 5 USD.
    all_done(desk, batch, [Filled(10009, price=D("1.08203"))])
    assert batch.realised == Realised(D("41.50"), is_about=True)


def test_what_realises_nothing_says_nothing_of_it() -> None:
    batch, desk = begun("sl 184729 1.0815")
    all_done(desk, batch, [DoneAnswer(10009)])
    assert batch.realised is None
    assert batch.summary() == "1 of 1 done."
