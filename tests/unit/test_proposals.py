"""Proposals: what becomes of each, how many, for how long; and that nothing of it sends."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.door_account import DoorAccount
from tests.unit.planning_account import an_account
from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import Intent
from xbtfx_tui.domain.order_origin import Origin, OriginKind, read_origin
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.proposals import (
    FOLLOWS,
    MOST_A_MINUTE,
    MOST_A_MINUTE_OF_ONE,
    MOST_PENDING,
    MOST_PENDING_OF_ONE,
    OPENS_FOR,
    REDUCES_FOR,
    Proposal,
    ProposalState,
    moved,
)
from xbtfx_tui.domain.store_events import (
    IntentMoved,
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
    TradingReadOnly,
)
from xbtfx_tui.door.proposal_desk import MOST_KEPT, AskedLine, NotTaken
from xbtfx_tui.orders.guards.guard_types import Problem
from xbtfx_tui.planning.batch_execution import Batch
from xbtfx_tui.planning.proposal_planning import moved_since, opens_more, price_mark
from xbtfx_tui.ui.dialogs.proposal_review import words_of

D = Decimal
S = ProposalState


class Handed:
    """A desk that takes everything, and where it came from."""

    def __init__(self) -> None:
        self.taken: list[tuple[Intent, Origin]] = []

    def submit(self, intent: Intent, origin: Origin) -> tuple[Problem, ...]:
        self.taken.append((intent, origin))
        return ()

    def withdraw(self, intent_id: str) -> None:
        """None waits for another."""


NOW = Instant(1_000.0, 1_000.0, 1_000.0)


@pytest.fixture
def door() -> DoorAccount:
    return DoorAccount()


def states(door: DoorAccount) -> list[ProposalState]:
    return [one.state for one in door.proposals.listed()]


# --- states -----------------------------------------------------------------------------------------------


def test_only_a_confirmation_leads_to_sending_and_only_what_pends_is_confirmed() -> None:
    assert [state for state in S if S.SENDING in FOLLOWS[state]] == [S.CONFIRMED, S.UNKNOWN]
    assert [state for state in S if S.CONFIRMED in FOLLOWS[state]] == [S.PENDING]
    for ended in (S.DECLINED, S.EDITED, S.WITHDRAWN, S.EXPIRED, S.DONE, S.PART, S.REFUSED):
        assert not ended.may_change
    one = Proposal(1, "close all", "", "script", "a", 1, NOW, 600.0, opens=False)
    with pytest.raises(ValueError, match="declined is not followed by confirmed"):
        moved(moved(one, S.DECLINED, NOW), S.CONFIRMED, NOW)


def test_the_journals_word_for_it_is_read_back() -> None:
    assert Origin(OriginKind.PROPOSAL, 12).words == "proposal P12"
    assert read_origin("proposal P12") == Origin(OriginKind.PROPOSAL, 12)
    assert read_origin("trail 184729") == Origin(OriginKind.TRAIL, 184729)
    assert not Origin(OriginKind.PROPOSAL, 12).is_by_itself


# --- taken, or not ----------------------------------------------------------------------------------------


def test_a_line_is_kept_as_the_grammar_writes_it_and_the_words_are_plain(door: DoorAccount) -> None:
    made = door.asks("BUY  0.1 eurusd sl=30P")
    assert (made.number, made.line, made.state, made.lasts) == (
        1,
        "buy 0.1 EURUSD sl=30p",
        S.PENDING,
        OPENS_FOR,
    )
    assert door.said[-1] == "P1 [script a] proposes: buy 0.1 EURUSD sl=30p. P looks at it."
    from_outside = door.proposals.propose(
        AskedLine("sell 0.1 USDJPY", "Confirm\x1b[2J now!\n" + "x" * 900, "cla\u202eude" * 9, "a", 1)
    )
    assert isinstance(from_outside, Proposal)
    assert from_outside.why.startswith("Confirm now! xxx") and len(from_outside.why) == 200
    assert len(from_outside.name) == 24 and from_outside.name.startswith("claudeclaude")


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("unlock", "mistake", "Only what leads to orders can be proposed"),
        ("lock", "mistake", "Only what leads to orders can be proposed"),
        ("preset EURUSD 0.1 sl=30p", "mistake", "Only what leads to orders can be proposed"),
        ("margin", "mistake", "Only what leads to orders can be proposed"),
        ("by 0.1 EURUSD", "mistake", "is no verb"),
        ("buy 0.1 EURUSDX", "mistake", "is no symbol of this account"),
        ("close 99", "refused", "99"),
        ("", "mistake", "Type a verb"),
        ("close all" + " " * 400, "mistake", "longer than 400"),
    ],
)
def test_what_is_not_taken_is_said_with_why(door: DoorAccount, line: str, code: str, words: str) -> None:
    no = door.asks_in_vain(line)
    assert (no.code, words in no.sentence) == (code, True), no
    assert door.proposals.listed() == [] and door.said == []


def test_a_lock_keeps_nothing_out_but_the_kill_switch_does_and_a_terminal_that_only_reads(
    door: DoorAccount,
) -> None:
    door.store.apply(TradingChanged(TradingLocked("a live account starts locked")))
    assert door.asks("buy 0.10 EURUSD").state is S.PENDING
    door.store.apply(TradingChanged(TradingCloseOnly("the kill switch was pressed")))
    assert "kill switch" in door.asks_in_vain("sell 0.10 EURUSD").sentence
    assert door.asks("close all").state is S.PENDING
    door.store.apply(TradingChanged(TradingReadOnly("this key may only read")))
    assert (
        door.asks_in_vain("sell 0.10 GBPUSD").sentence == "Nothing can be sent here: this key may only read."
    )


def test_a_twin_gets_the_same_number_also_of_one_declined_just_now(door: DoorAccount) -> None:
    first = door.asks("buy 0.10 EURUSD", name="a")
    assert door.asks("buy 0.10 EURUSD", name="b", peer=2).number == first.number
    assert door.asks("BUY 0.1 eurusd", name="b", peer=2).number == first.number
    door.proposals.decline(first.number, "no")
    again = door.asks("buy 0.10 EURUSD")
    assert (again.number, again.state) == (first.number, S.DECLINED)
    door.clock.at += 61
    assert door.asks("buy 0.10 EURUSD").number == first.number + 1


def test_a_second_asker_is_told_of_and_another_ends_its_own_part_alone(door: DoorAccount) -> None:
    first = door.asks("close all", name="a", peer=1)
    second = door.proposals.propose(AskedLine("close all", "second reason", "b", "b", 2))
    assert isinstance(second, Proposal) and second.number == first.number
    assert '[b b] asked for it, too. Its words, unchecked: "second reason"' in words_of(second)
    door.proposals.peer_gone(1)
    (found,) = door.proposals.listed()
    assert found.has_asker_here
    told = door.proposals.withdraw(first.number, "a")
    assert isinstance(told, NotTaken) and told.sentence == (
        "P1 stands, as [b b] asks for it, too: yours is ended."
    )
    (found,) = door.proposals.listed()
    assert (found.state, found.name, found.why) == (S.PENDING, "b", "second reason")
    door.proposals.peer_gone(2)
    assert not door.proposals.listed()[0].has_asker_here
    ended = door.proposals.withdraw(first.number, "b")
    assert isinstance(ended, Proposal) and ended.state is S.WITHDRAWN


def test_so_many_pend_and_no_more(door: DoorAccount) -> None:
    lots = iter(range(1, 100))

    def lines(count: int, name: str) -> None:
        for _ in range(count):
            door.asks(f"buy 0.{next(lots):02} EURUSD", name=name)

    lines(MOST_PENDING_OF_ONE, "a")
    assert "3 proposals of a wait" in door.asks_in_vain("close all", name="a").sentence
    lines(MOST_PENDING_OF_ONE, "b")
    lines(MOST_PENDING - 2 * MOST_PENDING_OF_ONE, "c")
    assert door.asks_in_vain("close all", name="d").sentence.startswith("8 proposals wait")
    assert door.proposals.pending == MOST_PENDING


def test_so_many_come_a_minute_and_no_more(door: DoorAccount) -> None:
    for name in ("a", "b"):
        for lot in range(MOST_A_MINUTE_OF_ONE):
            made = door.asks(f"buy 0.{lot + 1:02} EURUSD", name=name)
            assert not isinstance(door.proposals.withdraw(made.number, name), NotTaken)
        assert f"{name} has proposed 6 lines" in door.asks_in_vain("close all", name=name).sentence
    assert f"{MOST_A_MINUTE} lines were proposed" in door.asks_in_vain("close all", name="c").sentence
    door.clock.at += 61
    assert door.asks("close all", name="a").state is S.PENDING


def test_ten_thousand_proposals_leave_a_bounded_list(door: DoorAccount) -> None:
    numbers = set()
    for _ in range(10_000):
        made = door.asks("close all")
        numbers.add(made.number)
        door.proposals.withdraw(made.number, "script")
        door.clock.at += 11
    assert numbers == set(range(1, 10_001))
    assert len(door.proposals._known) == len(door.proposals._commands) == MOST_KEPT
    assert door.proposals.get(1) is None and door.proposals.pending == 0


# --- for how long -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "opens"),
    [
        ("buy 0.10 EURUSD", True),
        ("close 184729", False),
        ("close all", False),
        ("sl 184729 1.0600", True),
        ("sl 184729 1.0795", False),
        ("sl 184729 off", True),
        ("trail 15p 184729", False),
        ("reverse 184729", True),
    ],
)
def test_only_what_makes_nothing_larger_stands_for_longer(line: str, *, opens: bool) -> None:
    account = an_account()
    assert opens_more(account.comes_to(line), account.store) is opens
    assert DoorAccount(account).asks(line).lasts == (OPENS_FOR if opens else REDUCES_FOR)


def test_to_close_one_leg_of_a_hedge_is_to_open(door: DoorAccount) -> None:
    long = next(iter(door.store.positions.values()))
    hedge = replace(long, ticket=9, side=long.side.opposite)
    door.account.holds(long, hedge)
    assert opens_more(door.account.comes_to("close 9"), door.store)
    assert not opens_more(door.account.comes_to(f"closeby 9 {long.ticket}"), door.store)


def test_it_expires_by_whichever_clock_has_gone_farthest(door: DoorAccount) -> None:
    made = door.asks("buy 0.10 EURUSD")
    door.clock.at += OPENS_FOR - 1
    door.proposals.look()
    assert states(door) == [S.PENDING]
    door.clock.at += 1
    assert door.proposals.confirm(made.number) == "P1 is not there to be confirmed any more: expired."
    assert states(door) == [S.EXPIRED]
    back = replace(made.asked, wall=made.asked.wall - 3_600)
    assert made.left(back) == 0.0


def test_the_end_of_the_terminal_is_the_end_of_what_pends(door: DoorAccount) -> None:
    made = door.asks("close all")
    door.proposals.close()
    found = door.proposals.get(made.number)
    assert found is not None and found.state is S.EXPIRED and "closed before" in found.sentence


# --- decided ----------------------------------------------------------------------------------------------


def test_a_decline_has_a_note_and_the_kill_switch_declines_what_opens(door: DoorAccount) -> None:
    closing, opening = door.asks("close all"), door.asks("buy 0.10 EURUSD")
    assert door.proposals.decline_openings("the kill switch was pressed") == 1
    assert door.proposals.decline(closing.number, "not before\nthe news") == "P1 is declined."
    found = {one.number: one for one in door.proposals.listed()}
    assert found[opening.number].note == "the kill switch was pressed"
    assert found[closing.number].note == "not before the news"
    assert isinstance(door.proposals.decline(closing.number, ""), NotDone)
    assert door.proposals.edit(closing.number) is not None


def test_only_who_asked_takes_it_back_and_never_what_is_confirmed(door: DoorAccount) -> None:
    made = door.asks("close all", name="night.sh")
    assert isinstance(door.proposals.withdraw(made.number, "day.sh"), NotTaken)
    assert door.proposals.confirm(made.number) is None
    no = door.proposals.withdraw(made.number, "night.sh")
    assert isinstance(no, NotTaken) and no.sentence == "P1 waits for nobody any more: confirmed."
    assert door.proposals.confirm(made.number) is not None


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ((IntentState.FILLED, IntentState.FILLED), S.DONE),
        ((IntentState.FILLED, IntentState.REJECTED), S.PART),
        ((IntentState.REJECTED, IntentState.REJECTED), S.REFUSED),
        ((IntentState.FILLED, IntentState.UNKNOWN), S.UNKNOWN),
    ],
)
def test_what_was_confirmed_is_told_as_it_came_out(
    door: DoorAccount, outcomes: tuple[IntentState, ...], state: ProposalState
) -> None:
    desk = Handed()
    made = door.asks("close EUR*")
    held = tuple(door.store.positions.values())
    door.account.holds(held[0], replace(held[0], ticket=9))
    plan = door.account.plans("close EUR*")
    assert len(plan.steps) == 2
    assert door.proposals.confirm(made.number) is None
    origin = door.proposals.origin(made.number)
    batch = Batch(plan, desk, door.store, door.clock, origin)
    batch.advance()
    door.proposals.follow(made.number, batch)
    assert states(door) == [S.SENDING]
    for outcome in outcomes:
        intent, from_where = desk.taken[-1]
        assert from_where == origin
        line = StoryLine(door.clock.now().wall, outcome, f"It is {outcome.value}.")
        door.store.apply(IntentMoved(IntentRecord(intent, outcome, (line,))))
        batch.advance()
        door.proposals.look()
    found = door.proposals.get(made.number)
    assert found is not None and found.state is state, found
    assert found.steps[1].said == f"It is {outcomes[1].value}."


def test_an_unknown_one_that_the_trader_has_sent_again_is_followed_to_its_end(door: DoorAccount) -> None:
    desk = Handed()
    made = door.asks("close EUR*")
    assert door.proposals.confirm(made.number) is None
    batch = Batch(door.account.plans("close EUR*"), desk, door.store, door.clock, door.proposals.origin(1))
    batch.advance()
    door.proposals.follow(made.number, batch)
    for outcome in (IntentState.UNKNOWN, IntentState.SENDING, IntentState.FILLED):
        line = StoryLine(door.clock.now().wall, outcome, f"It is {outcome.value}.")
        door.store.apply(IntentMoved(IntentRecord(desk.taken[0][0], outcome, (line,))))
        batch.advance()
        door.proposals.look()
    assert states(door) == [S.DONE]


def test_a_fault_in_following_one_ends_neither_the_look_nor_the_others(
    door: DoorAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = door.asks("close EUR*")
    assert door.proposals.confirm(made.number) is None
    batch = Batch(
        door.account.plans("close EUR*"), Handed(), door.store, door.clock, door.proposals.origin(1)
    )
    batch.advance()
    door.proposals.follow(made.number, batch)

    def fails(_: int) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr(door.proposals, "_look_at", fails)
    door.proposals.look()
    assert door.said[-1].startswith("P1 is followed no more")
    assert not door.proposals.is_busy


def test_a_name_writes_no_title_and_words_end_no_quotation(door: DoorAccount) -> None:
    made = door.asks("close EUR*", name="ops], asked 1s ago [x")
    assert made.asker == "[ops-asked-1s-ago-x a]"
    said = words_of(replace(made, why='ok". Checked by the terminal.'))
    assert said == 'Its words, unchecked: "ok\'. Checked by the terminal."'


def test_that_one_expired_is_told(door: DoorAccount) -> None:
    door.asks("close EUR*")
    door.clock.at += REDUCES_FOR + 1
    door.proposals.look()
    assert "P1 [script a] has expired: nobody decided it in time." in door.said


# --- the price --------------------------------------------------------------------------------------------


def test_the_move_since_it_was_asked_is_told_by_the_side_that_is_dealt(door: DoorAccount) -> None:
    bid, ask = D("1.08201"), D("1.08213")
    door.account.quote("EURUSD", float(bid), float(ask))
    buy = price_mark(door.account.comes_to("buy 0.10 EURUSD"), door.store)
    sell = price_mark(door.account.comes_to("sell 0.10 EURUSD"), door.store)
    assert buy is not None and buy.price == ask and sell is not None and sell.price == bid
    door.account.quote("EURUSD", 1.08221, 1.08233)
    worse, better = moved_since(buy, door.store), moved_since(sell, door.store)
    assert worse is not None and worse.sentence == (
        "The price is 1.08233: 2.0 pips worse than when it was asked."
    )
    assert not worse.is_much and better is not None and "2.0 pips better" in better.sentence
    door.account.quote("EURUSD", 1.08232, 1.08244)
    much, good = moved_since(buy, door.store), moved_since(sell, door.store)
    assert much is not None and much.is_much and good is not None and not good.is_much
    assert price_mark(door.account.comes_to("close all"), door.store) is None
