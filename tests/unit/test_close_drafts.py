"""The drafts of what closes: a position or a part of it, a reverse, a pair, everything. Dialogs and commands
show these words and no others."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_life import account
from tests.unit.planning_account import PlanAccount, a_position, an_account
from xbtfx_tui.commands.command_types import Share
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    OpenIntent,
    ReverseIntent,
)
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.position_sizing import Lots
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.shell_wording import in_shell
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import IntentMoved, PositionsRead
from xbtfx_tui.domain.unreadable_rows import UnreadRow
from xbtfx_tui.planning.bulk_close_draft import BulkCloseDraft, draft_close_all, draft_close_symbol
from xbtfx_tui.planning.close_by_draft import draft_close_by
from xbtfx_tui.planning.close_draft import (
    CloseDraft,
    NoPart,
    draft_close,
    draft_close_unread,
    lots_to_close,
)
from xbtfx_tui.planning.plan_types import NeedsSymbols
from xbtfx_tui.planning.priced_symbol import PricedSymbol, market_now
from xbtfx_tui.planning.reverse_draft import ReverseDraft, draft_reverse

D = Decimal
LONG = a_position(11, "EURUSD", Side.BUY, "0.30", "1.08100", "1.08213", "33.90", sl="1.07500")
SHORT = a_position(12, "EURUSD", Side.SELL, "0.10", "1.08300", "1.08221", "7.90")
GOLD = a_position(13, "XAUUSD", Side.BUY, "0.05", "2350.00", "2344.10", "-29.50")
UNREAD = UnreadRow(52, "EURUSD", "volume is 0, not a number above 0")
NAMELESS = UnreadRow(None, None, "is not a JSON object but 5")


def closes(volume: str, position: Position = LONG, one: PlanAccount | None = None) -> CloseDraft:
    return draft_close(position, D(volume), (one or an_account([position])).view(), "id")


# --- a position, or a part of it ---


def test_a_part_brings_its_share_of_profit_and_swap_and_says_what_stays_open() -> None:
    draft = closes("0.10", replace(LONG, swap=D("-3.00")))
    assert draft.order.intent == CloseIntent("id", 11, "EURUSD", Side.BUY, D("0.10"), D("0.30"))
    assert draft.order.sentence == (
        "Close 0.10 of 0.30 EURUSD (buy, ticket 11) at market, now 1.08213: about +11.30 USD, swap -1.00 "
        "USD. 0.20 stays open."
    )
    assert (draft.order.profit, draft.order.price) == (D("11.30"), D("1.08213"))
    assert (draft.left, draft.swap, draft.order.problems) == (D("0.20"), D("-1.00"), ())


def test_of_a_whole_one_nothing_stays_open_and_a_swap_of_nothing_is_not_told() -> None:
    draft = closes("0.30")
    assert draft.order.sentence == (
        "Close 0.30 EURUSD (buy, ticket 11) at market, now 1.08213: about +33.90 USD. "
        "Nothing of it stays open."
    )
    assert not draft.left


@pytest.mark.parametrize(
    ("volume", "sentence"),
    [
        ("0.31", "Position 11 holds 0.30 lots: close that or less."),
        ("0", "The volume to close must be more than 0."),
        ("0.015", "0.015 lots does not fit the step of 0.01: try 0.01 or 0.02."),
    ],
)
def test_lots_that_can_not_be_closed_are_wrong_beside_their_field(volume: str, sentence: str) -> None:
    draft = closes(volume)
    assert draft.order.first_blocking == sentence
    assert draft.order.problems[0].about == "volume"
    assert draft.left >= 0


def test_neither_terms_nor_a_price_are_needed() -> None:
    one = an_account([LONG], specs=(), quoted=())
    draft = closes("0.30", LONG, one)
    assert draft.order.first_blocking is None
    assert "now 1.08213: about +33.90 USD" in draft.order.sentence
    assert any("not fresh" in sentence for sentence in draft.order.warnings)


@pytest.mark.parametrize(
    ("share", "lots"),
    [(Share.ALL, "0.30"), (Share.HALF, "0.15"), (Share.THIRD, "0.10"), (Share.QUARTER, "0.07")],
)
def test_a_share_is_rounded_down_to_the_step(share: Share, lots: str) -> None:
    assert lots_to_close(share, LONG, an_account().store.specs["EURUSD"]) == D(lots)
    assert lots_to_close(Lots(D("0.02")), LONG, None) == D("0.02")


def test_a_share_below_the_minimum_or_without_steps_is_none() -> None:
    spec = an_account().store.specs["EURUSD"]
    assert lots_to_close(Share.QUARTER, replace(LONG, volume=D("0.03")), spec) == NoPart(
        "A quarter of 0.03 lots is below the minimum of 0.01 for EURUSD: close more of it, or all."
    )
    assert lots_to_close(Share.HALF, LONG, None) == NoPart(
        "The steps of EURUSD have not been read yet: give the lots."
    )


def test_a_share_of_steps_too_small_for_28_digits_is_never_rounded_up() -> None:
    tiny = replace(an_account().store.specs["EURUSD"], volume_min=D("1E-29"), volume_step=D("1E-29"))
    third = lots_to_close(Share.THIRD, replace(LONG, volume=D("0.02")), tiny)
    assert isinstance(third, Decimal)
    assert D("0.00666") < third < D("0.0066666666666666666666666666667")


def test_by_its_number_alone_it_is_closed_whatever_it_holds() -> None:
    one = an_account()
    one.store.apply(PositionsRead((UNREAD,), one.store.mark()))
    draft = draft_close_unread(52, one.view(), "id")
    assert draft.sentence == (
        "Close all of ticket 52 at market, whatever it holds (its row can't be read: volume is 0, not a "
        "number above 0)."
    )
    assert draft.profit is None


# --- a reverse ---

SL_GOES = (
    "sl 1.07500 goes with the old position: m on the new one begins with an sl as far away. As far away is "
    "now sl 1.08813."
)


def reverses(one: PlanAccount, position: Position = LONG, comment: str = "") -> ReverseDraft:
    market = market_now(one.view(), position.symbol)
    assert isinstance(market, PricedSymbol)
    return draft_reverse(position, comment, market, one.view(), "id")


def test_a_reverse_says_both_halves_and_what_they_make_of_the_account() -> None:
    draft = reverses(an_account([LONG]), comment="turn")
    away = LONG.price_open - D("1.07500")
    assert draft.order.intent == ReverseIntent("id", 11, "EURUSD", Side.BUY, D("0.30"), "turn", away)
    assert draft.order.sentence.startswith(
        "Reverse ticket 11: close buy 0.30 EURUSD at about 1.08213 (realises about +33.90 USD), then open "
        "sell 0.30 at about 1.08213. Margin after about "
    )
    assert draft.order.sentence.endswith('The new position has no stops. Comment "turn".')
    assert draft.order.warnings == (SL_GOES,)
    assert draft.order.profit == D("33.90")
    both = reverses(an_account([LONG]), replace(LONG, tp=D("1.09")))
    assert both.order.warnings[0].startswith(
        "sl 1.07500 and tp 1.09000 go with the old position: m on the new one"
    )


def test_a_stop_that_has_locked_a_profit_in_is_not_offered_to_the_opposite() -> None:
    """As far from where that opens, it would lie beyond the market."""
    locked = replace(LONG, sl=LONG.price_open + D("0.001"), tp=LONG.price_open + D("0.005"))
    draft = reverses(an_account([locked]), locked)
    assert isinstance(draft.order.intent, ReverseIntent)
    assert (draft.order.intent.sl_away, draft.order.intent.tp_away) == (None, D("0.005"))
    assert draft.order.warnings[0].endswith(
        "go with the old position: m on the new one begins with a tp as far away. As far away is now tp "
        "1.07713."
    )
    both = replace(locked, tp=None)
    assert reverses(an_account([both]), both).order.warnings[0].endswith(" goes with the old position.")


def test_a_margin_that_may_not_do_for_the_second_half_is_said() -> None:
    large = replace(LONG, volume=D(60), sl=None)
    draft = reverses(an_account([large]), large)
    assert draft.order.warnings == (
        "The margin may not be enough for the second half: it would then be closed only.",
    )


def test_what_is_not_known_of_the_account_is_said_to_be_so() -> None:
    one = an_account([LONG], figures=replace(account(), leverage=0))
    assert "Margin after not known, free not known, level not known." in reverses(one).order.sentence


def test_the_typed_reverse_warns_as_its_draft_does() -> None:
    plan = an_account([replace(LONG, volume=D(60))]).plans("reverse 11")
    assert plan.remarks == (
        SL_GOES,
        "The margin may not be enough for the second half: it would then be closed only.",
    )


def test_the_typed_reverse_of_a_quiet_symbol_asks_for_a_price() -> None:
    one = an_account([LONG], quoted=())
    planned = one.comes_to("reverse 11")
    assert isinstance(planned, NeedsSymbols)
    assert "fresh price of EURUSD" in planned.sentence


# --- a pair ---


def test_a_pair_says_both_what_remains_and_what_it_realises() -> None:
    draft = draft_close_by(LONG, SHORT, an_account([LONG, SHORT]).view(), "id")
    assert draft.intent == CloseByIntent("id", 11, 12, "EURUSD")
    assert draft.sentence == (
        "Close buy 0.30 EURUSD, ticket 11 (+33.90 USD), by sell 0.10, ticket 12 (+7.90 USD): buy 0.20 of "
        "ticket 11 stays open. The pair realises about +20.00 USD, without swaps."
    )
    assert draft.profit == D("20.00")


def test_of_equal_sizes_nothing_stays_and_without_terms_the_result_is_not_known() -> None:
    equal = replace(SHORT, volume=D("0.30"))
    draft = draft_close_by(LONG, equal, an_account([LONG, equal], specs=()).view(), "id")
    assert draft.sentence.endswith("nothing of the two stays open. What the pair realises is not known.")
    assert draft.profit is None


def test_a_pair_on_a_netting_account_can_not_be_sent() -> None:
    draft = draft_close_by(LONG, SHORT, an_account([LONG], mode=MarginMode.NETTING).view(), "id")
    assert draft.first_blocking == "A netting account has no close-by; use a close instead."


# --- everything, and all of a symbol, by one order ---


def bulk(one: PlanAccount, symbol: str | None = None) -> BulkCloseDraft:
    return (
        draft_close_all(one.view(), "id") if symbol is None else draft_close_symbol(symbol, one.view(), "id")
    )


def test_everything_is_counted_and_pending_orders_are_said_to_stay() -> None:
    draft = bulk(an_account([GOLD, SHORT, LONG]))
    assert draft.order.intent == CloseAllIntent("id", (11, 12, 13))
    assert draft.order.sentence == "Close 3 positions at market: about +12.30 USD in all."
    assert draft.order.warnings == ("2 pending orders stay: the API has no way to cancel them.",)
    assert (draft.order.profit, draft.is_blind, draft.coming) == (D("12.30"), False, ())


def test_typed_close_all_counts_the_same_and_warns_of_the_same() -> None:
    one = an_account([GOLD, SHORT, LONG])
    plan, draft = one.plans("close all"), bulk(one).order
    assert (plan.headline, plan.profit, plan.remarks) == (draft.sentence, draft.profit, draft.warnings)
    typed, draft = one.plans("close EURUSD"), bulk(one, "EURUSD").order
    assert (typed.headline, typed.profit, typed.remarks) == (draft.sentence, draft.profit, draft.warnings)


def test_a_symbols_rows_and_doubts_are_counted_by_key_and_by_verb() -> None:
    one = an_account([GOLD, SHORT, LONG])
    one.store.apply(PositionsRead((SHORT, GOLD, UNREAD), one.store.mark()))
    draft = bulk(one, "EURUSD")
    assert draft.order.intent == CloseSymbolIntent("id", "EURUSD", (11, 12, 52))
    words = (
        "Close 2 positions, 1 of them in doubt and 1 that can't be read at market: about +41.80 USD in all."
    )
    assert draft.order.sentence == words
    assert draft.unread == (UNREAD,)
    assert draft.order.profit is None
    assert one.plans("close EURUSD").headline == words


def test_what_is_not_known_is_closed_whatever_it_is_by_key_and_by_verb() -> None:
    for one, why in (
        (an_account(is_read=False), "the positions are not read yet"),
        (an_account((), figures=account()), "the list of positions is empty"),
    ):
        draft = bulk(one)
        assert draft.order.intent == CloseAllIntent("id", ())
        assert draft.order.sentence == f"Close everything, whatever is held: {why}."
        assert draft.is_blind
        plan = one.plans("close all")
        assert (plan.steps[0].words, plan.remarks) == (draft.order.sentence, draft.order.warnings)


def test_a_row_that_shows_no_ticket_hides_which_ones_it_names() -> None:
    one = an_account([LONG])
    one.store.apply(PositionsRead((LONG, NAMELESS), one.store.mark()))
    draft = bulk(one, "EURUSD")
    assert draft.order.intent == CloseSymbolIntent("id", "EURUSD", ())
    assert draft.order.sentence.startswith("Close all of EURUSD, whatever is held: 1 row can't be read: ")
    assert (draft.positions, draft.order.profit) == ((LONG,), None)


def test_what_is_on_its_way_is_listed_and_a_shell_is_promised_no_alarm() -> None:
    one = an_account([LONG])
    coming = OpenIntent("o", "GBPUSD", Side.BUY, D("0.10"), D("1.26"))
    line = StoryLine(0.0, IntentState.PLACED, "Accepted.")
    one.store.apply(IntentMoved(IntentRecord(coming, IntentState.PLACED, (line,))))
    said = "What is on its way is not stopped by this. Should it open, an alarm tells so."
    assert said in bulk(one).order.warnings
    assert [record.intent for record in bulk(one).coming] == [coming]
    assert bulk(one, "EURUSD").coming == ()
    assert in_shell(said) == "What is on its way is not stopped by this."
