"""The judge of words can fail: what is so is let pass, what is not is named, and no new wording slips by."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.matrix.claim_reader import read_claims
from tests.matrix.claims import (
    Closed,
    ClosedAll,
    ClosedBy,
    EndedBy,
    Gone,
    Held,
    NotDone,
    NothingOpened,
    Opened,
    Reversed,
    Stops,
    UnreadableError,
)
from tests.matrix.false_words import judge_words
from tests.matrix.timeline import Act, Moment, Timeline, Words
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
)
from xbtfx_tui.domain.positions import Deal, DealEntry, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.paper.account.command_results import Cause, Execution

D = Decimal
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
PRICE, SL = D("1.08213"), D("1.07")
BUY: Intent = OpenIntent("buy", "EURUSD", Side.BUY, D("0.10"), PRICE)
STOPS: Intent = ModifyIntent("stops", 11, "EURUSD", MoveTo(SL), Keep())
CLOSE: Intent = CloseIntent("close", 11, "EURUSD", Side.BUY, D("0.04"), D("0.10"))
ALL: Intent = CloseAllIntent("all", (11, 12))
OTHER = Position(12, "GBPUSD", Side.SELL, D("0.20"), D("1.3"), D("1.3"))
HELD = Position(11, "EURUSD", Side.BUY, D("0.10"), PRICE, PRICE)
BOUGHT, MODIFIED, CLOSED, ALL_CLOSED = 10.0, 20.0, 30.0, 40.0


def deal(ticket: int, position: Position, entry: DealEntry, volume: str, profit: str = "0") -> Deal:
    side = position.side if entry is DealEntry.IN else position.side.opposite
    price = position.price_open
    return Deal(
        ticket, position.symbol, side, entry, D(volume), price, D(profit), NOON, ticket, position.ticket
    )


def act(at: float, cause: Cause, request: str, ticket: int, *deals: Deal, sl: Decimal | None = None) -> Act:
    execution = Execution(NOON, cause, request, (ticket,), tuple(one.ticket for one in deals))
    return Act(at, execution, deals, {ticket: (sl, None)})


def a_life() -> Timeline:
    """12 is held from the start; 11 is bought, gets its sl, loses 0.04, and then both are closed."""
    timeline = Timeline(lambda: 50.0)
    with_stops = Position(11, "EURUSD", Side.BUY, D("0.10"), PRICE, PRICE, SL)
    less = Position(11, "EURUSD", Side.BUY, D("0.06"), PRICE, PRICE, SL)
    timeline.moments = [
        Moment(0.0, {12: OTHER}),
        Moment(BOUGHT, {11: HELD, 12: OTHER}),
        Moment(MODIFIED, {11: with_stops, 12: OTHER}),
        Moment(CLOSED, {11: less, 12: OTHER}),
        Moment(ALL_CLOSED, {}),
    ]
    timeline.acts = [
        act(BOUGHT, Cause.TRADE, "buy", 11, deal(1, HELD, DealEntry.IN, "0.10")),
        act(MODIFIED, Cause.MODIFY, "stops", 11, sl=SL),
        act(CLOSED, Cause.CLOSE, "close", 11, deal(2, HELD, DealEntry.OUT, "0.04", "1.50")),
        act(ALL_CLOSED, Cause.CLOSE, "all", 11, deal(3, HELD, DealEntry.OUT, "0.06", "2.00")),
        act(ALL_CLOSED, Cause.CLOSE, "all", 12, deal(4, OTHER, DealEntry.OUT, "0.20", "-3.00")),
    ]
    return timeline


def false_of(text: str, at: float) -> tuple[str, ...]:
    found = judge_words([Words(at, text)], a_life(), [BUY, STOPS, CLOSE, ALL])
    assert found.unread == ()
    return found.false


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (12.0, "Bought 0.10 EURUSD at 1.08213, ticket 11."),
        (12.0, "Bought 0.10 EURUSD."),
        (
            9.5,
            "Buy 0.10 EURUSD - Not filled: The positions, x, show nothing of it.",
        ),
        (22.0, "Modified EURUSD, ticket 11: sl 1.07."),
        (32.0, "Closed 0.04 of 0.10 EURUSD at 1.08213, ticket 11."),
        (32.0, "Closed 0.04 of 0.10 EURUSD at 1.08213, ticket 11, +1.50 USD."),
        (
            32.0,
            "Close everything (2 positions) - Not all is closed. Still open: 11, 12. Close them one by one.",
        ),
        (42.0, "Closed everything (2 positions)."),
        (42.0, "EURUSD, ticket 11, is closed, by this order or by another: nothing is left of it."),
        (42.0, "Closed 0.04 EURUSD at 1.08213, ticket 11, +1.50 USD: nothing is left of it."),
        (
            42.0,
            "Close 0.06 of 0.10 EURUSD, ticket 11 - Nothing is left of it: ticket 11 is gone; whether this "
            "order closed it is not known.",
        ),
        (
            22.0,
            "Close 0.04 of 0.10 EURUSD, ticket 11 - Not done: The positions, x, show nothing of it. It was "
            "NOT closed. It stays watched for 24 h.",
        ),
        (42.0, "Closed 2 of 2, profit +0.50 USD."),
        (42.0, "EURUSD 11 closed, +2.00 USD"),
        (42.0, "EURUSD 11 closed: buy 0.06 at 1.08213, +2.00 USD"),
        (42.0, "GBPUSD 12 closed; the history has its deal."),
        (12.0, "EURUSD 11 opened: buy 0.10 at 1.08213"),
        (12.0, "STILL OPEN (or opened since): EURUSD 11, buy 0.10 at 1.08213. X closes it."),
        (
            12.0,
            "Close everything - What it closed is not known: no position is shown, and the history has 2 "
            "closing deals, maybe from before it was sent: not all was known of it then; the server counts "
            "none closed; but the account has margin in use: something is open; 11, 12 may be open, by the "
            "stream's or the history's word. It stays watched for 24 h.",
        ),
        (12.0, "Buy 0.10 EURUSD - Unknown: the server did not answer in time. Closed or not is not known."),
        (12.0, "Buy 0.10 EURUSD - Sent, the broker has accepted it (placed); waiting to see it done."),
        (
            12.0,
            "Close ticket 99, whatever it holds - Whether ticket 99 was closed is not known: neither the "
            "stream nor the history tells of its end. It stays watched for 24 h.",
        ),
        (
            12.0,
            "Close everything (2 positions) - CORRECTION: tickets 7, 99 were told as closed and are listed "
            "again. It is being checked anew.",
        ),
        (
            22.0,
            "Modify EURUSD, ticket 11: sl 1.06 - Whether it was done is not known, and can't be learnt any "
            "more: a later change of the same stops was done (Modify EURUSD, ticket 11: sl 1.07). It stays "
            "watched for 24 h.",
        ),
        (12.0, "You decided that Close 0.04 of 0.10 EURUSD, ticket 11 was done."),
        (
            22.0,
            "CORRECTION: its stops stand as asked for in a later list. Modified EURUSD, ticket 11: sl 1.07.",
        ),
        (42.0, "Bought 0.10 EURUSD at 1.08213, ticket 11. It is closed again."),
        (12.0, "The stream told of position 15 as opened, which no list and no history has."),
        (
            42.0,
            "The stream told of position 15 as opened and closed again, which no list and no history has.",
        ),
    ],
)
def test_what_was_so_is_let_pass(at: float, text: str) -> None:
    assert false_of(text, at) == ()


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (8.0, "Bought 0.10 EURUSD at 1.08213, ticket 11."),
        (
            18.0,
            "CORRECTION: its stops stand as asked for in a later list. Modified EURUSD, ticket 11: sl 1.07.",
        ),
        (
            18.0,
            "Modify EURUSD, ticket 11: sl 1.06 - Whether it was done is not known, and can't be learnt any "
            "more: a later change of the same stops was done (Modify EURUSD, ticket 11: sl 1.07).",
        ),
        (12.0, "Bought 0.20 EURUSD at 1.08213, ticket 11."),
        (12.0, "Sold 0.10 EURUSD at 1.08213, ticket 11."),
        (12.0, "Bought 0.10 EURUSD at 1.08214, ticket 11."),
        (12.0, "Bought 0.10 EURUSD at 1.08213, ticket 13."),
        (12.0, "Bought 0.10 EURUSD at 1.08213, ticket 11. It is closed again."),
        (
            12.0,
            "Buy 0.10 EURUSD - Not filled: The positions, x, show nothing of it.",
        ),
        (12.0, "Buy 0.10 EURUSD - Not sent: The server can't be reached. Nothing was sent."),
        (12.0, 'Buy 0.10 EURUSD - Rejected: 10006 rejected. Server says: "no".'),
        (12.0, "Modified EURUSD, ticket 11: sl 1.07."),
        (22.0, "Modified EURUSD, ticket 11: sl 1.08."),
        (22.0, "Modified EURUSD, ticket 11: no sl."),
        (22.0, "Closed 0.04 of 0.10 EURUSD, ticket 11."),
        (32.0, "Closed 0.04 of 0.10 EURUSD at 1.08213, ticket 11, +1.40 USD."),
        (32.0, "Closed 0.04 of 0.10 EURUSD at 1.08212, ticket 11, +1.50 USD."),
        (32.0, "Closed 0.10 EURUSD, ticket 11."),
        (32.0, "Close 0.04 of 0.10 EURUSD, ticket 11 - Not done: The positions, x, show nothing of it."),
        (32.0, "EURUSD, ticket 11, is closed, by this order or by another: nothing is left of it."),
        (32.0, "Closed 0.04 EURUSD at 1.08213, ticket 11, +1.50 USD: nothing is left of it."),
        (42.0, "Closed 0.10 EURUSD, ticket 11: nothing is left of it."),
        (
            32.0,
            "Close 0.06 of 0.10 EURUSD, ticket 11 - Nothing is left of it: ticket 11 is gone; whether this "
            "order closed it is not known.",
        ),
        (
            42.0,
            "Close EURUSD, ticket 11 by ticket 12 - Ticket 11 is gone; whether this order closed it is not "
            "known. Still open: 12.",
        ),
        (42.0, "Close 0.06 of 0.10 EURUSD, ticket 11 - It was NOT closed."),
        (32.0, "Closed everything (2 positions)."),
        (42.0, "Closed everything (3 positions)."),
        (32.0, "Closed 2 of 2, profit +0.50 USD."),
        (42.0, "Close everything (2 positions) - Not all is closed. Still open: 11. Close them one by one."),
        (42.0, "Close everything - Not all is known to be closed. Open now: 11. Close them one by one."),
        (
            42.0,
            "Close everything - What it closed is not known: no position is shown, and the history has 1 "
            "closing deal since it was sent; but the account has margin in use: something is open.",
        ),
        (12.0, "OPENED AFTER THE KILL SWITCH: EURUSD 11, buy 0.10 at 1.08213. X closes it."),
        (42.0, "STILL OPEN (or opened since): EURUSD 11, buy 0.10 at 1.08213. X closes it."),
        (32.0, "EURUSD 11 closed, +1.50 USD"),
        (42.0, "EURUSD 11 closed, +9.00 USD"),
        (42.0, "EURUSD 11 closed: buy 0.10 at 1.08213, +2.00 USD"),
        (42.0, "EURUSD 11 closed: buy 0.06 at 1.08214, +2.00 USD"),
        (42.0, "EURUSD 11 closed elsewhere or by the server: buy 0.06 at 1.08213, +2.00 USD"),
        (42.0, "EURUSD 11 closed at its sl 1.07: buy 0.06 at 1.08213, +2.00 USD"),
        (12.0, "EURUSD 11 opened: sell 0.10 at 1.08213"),
        (42.0, "CORRECTION: GBPUSD 12, sell 0.20, was told as closed and is in the list again: it is open."),
        (42.0, "GBPUSD 12: NOT closed, the market is closed."),
        (32.0, "The stream told of position 12 as opened, which no list and no history has."),
        (
            42.0,
            "The stream told of position 11 as opened and closed again, which no list and no history has.",
        ),
        (32.0, "Half done, as far as is known: position 11 is closed."),
    ],
)
def test_what_was_not_so_is_named(at: float, text: str) -> None:
    (said, *_) = false_of(text, at)
    assert said.startswith(repr(text))


def test_what_opened_after_the_kill_switch_is_measured_by_when_that_was_pressed() -> None:
    opened = Words(12.0, "OPENED AFTER THE KILL SWITCH: EURUSD 11, buy 0.10 at 1.08213. X closes it.")
    pressed = "Nothing new is opened from now on: you pressed the kill switch. Closing is possible."
    for at, is_false in ((BOUGHT - 0.5, False), (BOUGHT + 0.5, True)):
        found = judge_words([Words(at, pressed), opened], a_life(), [BUY])
        assert found.unread == ()
        assert bool(found.false) is is_false


def test_that_nothing_from_before_is_held_is_measured_by_the_kill_switch() -> None:
    closed = "Closed as asked: no position from before is listed any more."
    pressed = "Nothing new is opened from now on: you pressed the kill switch. Closing is possible."
    for at, said, is_false in (
        (BOUGHT + 0.5, 12.0, True),
        (BOUGHT + 0.5, ALL_CLOSED + 2.0, False),
    ):
        found = judge_words([Words(at, pressed), Words(said, closed)], a_life(), [BUY])
        assert found.unread == ()
        assert bool(found.false) is is_false


def test_a_sentence_may_be_a_moment_behind_and_no_more() -> None:
    not_filled = "Buy 0.10 EURUSD - Not filled: The positions, x, show nothing of it."
    assert false_of(not_filled, BOUGHT + 0.5) == ()
    assert false_of(not_filled, BOUGHT + 1.5) != ()


def test_the_journal_s_line_is_judged_by_the_words_of_its_order() -> None:
    line = Words(12.0, "Not filled: The positions, x, show nothing of it.", "Buy 0.10 EURUSD")
    assert judge_words([line], a_life(), [BUY]).false != ()


def test_what_another_hand_did_is_no_work_of_ours() -> None:
    said = [Words(12.0, "Bought 0.10 EURUSD at 1.08213, ticket 11.")]
    assert judge_words(said, a_life(), [CLOSE]).false != ()
    assert judge_words(said, a_life(), [CLOSE], twins=[11]).false == ()


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "Bought 0.04 EURUSD at 1.08213, ticket 11: 0.04 of 0.10, the rest was NOT filled. It is WITHOUT "
            "its sl 1.07.",
            [Opened(Side.BUY, D("0.04"), "EURUSD", PRICE, 11), Stops(11, (("sl", None),))],
        ),
        (
            "Bought 0.10 EURUSD at 1.08213, ticket 11, but with its sl at 1.06, not 1.07. "
            "Press m on it to set it.",
            [Opened(Side.BUY, D("0.10"), "EURUSD", PRICE, 11), Stops(11, (("sl", D("1.06")),))],
        ),
        (
            "Reverse EURUSD, ticket 11: buy 0.10 to sell - Not reversed: position 11 is closed, its opposite "
            "was NOT opened. It stays watched for 24 h.",
            [Gone(11), NothingOpened(11)],
        ),
        (
            "Reversed EURUSD, ticket 11: now sell 0.10 at 1.08, ticket 13; closed at 1.08213, +1.50 USD. It "
            "has no stops; as far away as the old ones were: sl 1.09, tp 1.06: m on the new one begins with "
            "both as far away.",
            [
                Reversed(11, Side.SELL, D("0.10"), D("1.08"), 13, PRICE, D("1.50")),
                Stops(13, (("sl", None), ("tp", None))),
            ],
        ),
        (
            "Closed 0.10 EURUSD, ticket 11 by ticket 12, -1.50 USD.",
            [ClosedBy(11, 12, D("0.10"), D("-1.50"))],
        ),
        (
            "EURUSD 11 closed at its sl 1.07, set by its trail: buy 0.06 at 1.07, -3.00 USD",
            [Gone(11, D("-3.00"), False, D("0.06"), SL), EndedBy(11, "sl")],
        ),
        (
            "NOT reversed: EURUSD, ticket 11: 0.06 of 0.10 closed, its opposite NOT opened.",
            [Closed(11, D("0.06"), "EURUSD", None), NothingOpened(11)],
        ),
        (
            "Closed 2 positions, by the answer and the history's deals: 11, 12. Whether anything else "
            "is open is not known: the positions have not been read since.",
            [Gone(11, None, has_deal=True), Gone(12, None, has_deal=True)],
        ),
        ("Closed everything that was held.", [ClosedAll(None, None)]),
        (
            "Nothing is left to close: 11, 12 were closed already, by the server's word.",
            [Gone(11, None, has_deal=False), Gone(12, None, has_deal=False)],
        ),
        (
            "Closed everything (2 positions): 12 was closed already, by the server's word.",
            [ClosedAll(None, 2), Gone(12, None, has_deal=False)],
        ),
        ("Closed 1 of 2. NOT closed: 11.", None),
        (
            "At the last run's end the outcome of 2 orders was not known. Buy 0.10 EURUSD: found "
            "not filled; Close 0.10 EURUSD, ticket 11: not found yet, it is being looked for.",
            [NotDone("Buy 0.10 EURUSD")],
        ),
        ("Unknown: 0.04 of 0.10 found (ticket 11); the rest is being looked for. Do not send it again.", []),
        ("Stream lost: Bought 0.10 EURUSD, it says. Trying again now.", []),
    ],
)
def test_what_a_sentence_claims(text: str, claims: list[object] | None) -> None:
    read = read_claims(text)
    assert read == claims if claims is not None else Held((11,)) in read


@pytest.mark.parametrize(
    "text",
    [
        "Your order was filled.",
        "Bought 0.10 EURUSD, I believe.",
        "Buy 0.10 EURUSD - Done.",
        "Not sent: the line is down. Bought 0.10 EURUSD.",
        "EURUSD 11 is gone for good.",
        "It is closed again.",
    ],
)
def test_a_wording_that_is_not_known_is_an_error(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_claims(text)
