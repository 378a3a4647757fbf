"""Whatever is said at the door, in any order: nothing is sent, unlocked, granted or confirmed by it, and no
more stands in the trader's list than may.
"""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.door_account import DoorAccount
from xbtfx_tui.domain.proposals import (
    MOST_A_MINUTE,
    MOST_PENDING,
    MOST_PENDING_OF_ONE,
    Proposal,
    ProposalState,
)
from xbtfx_tui.domain.store_events import Trading, TradingChanged, TradingLocked, TradingOpen
from xbtfx_tui.door.door_answers import DoorAnswers, DoorPeer
from xbtfx_tui.door.door_frames import CALLS, PeerCall, read_frame, write_frame
from xbtfx_tui.door.line_planning import LinePlanning

BY_A_PEER = {ProposalState.PENDING, ProposalState.WITHDRAWN, ProposalState.EXPIRED}
"""All that a proposal can become without the trader."""
_LINES = st.sampled_from(
    """
    buy 0.10 EURUSD sl=30p,sell 0.02 XAUUSD,close all,be 20p,unlock,lock,trail 15p,sl 184729 1.07,yes,P1,pnl,
    reverse 184729,closeby 184729 184733,margin,preset EURUSD 0.1 sl=30p,watch EURUSD,currency BTC,
    alert EURUSD > 1.1,buy 0.10 EURUSD; unlock,close all --yes,confirm P1,buy 9999 EURUSD,help,trail off
    """.strip().split(",")
)
_ORDERS = st.integers(1, 99).map("buy 0.{:02} EURUSD".format) | st.sampled_from(["close all", "close losers"])
_PROPOSE = st.fixed_dictionaries(
    {"line": st.one_of(_ORDERS, _ORDERS, _LINES)},
    optional={"why": st.text(max_size=30), "lasts": st.integers(-5, 700)},
)
_NUMBER = st.fixed_dictionaries({"proposal": st.integers(-1, 9)})
_STRANGE = st.dictionaries(
    st.sampled_from(["confirm", "line", "proposal", "symbols"]), st.booleans(), max_size=2
)
_CALL = st.one_of(
    *[st.tuples(st.just("propose"), _PROPOSE)] * 3,
    st.tuples(st.sampled_from(["withdraw", "status"]), _NUMBER),
    st.tuples(st.just("plan"), st.fixed_dictionaries({"line": _LINES})),
    st.tuples(st.sampled_from([*CALLS, "confirm", "unlock", "grant"]), _STRANGE | _NUMBER),
)
_NAMES = st.sampled_from(["a", "a", "b", "night.sh"])
_WAITS = st.sampled_from([0.0, 0.0, 0.5, 7.0, 61.0])
_CALLS = st.lists(st.tuples(_CALL, _NAMES, _WAITS), min_size=12, max_size=30)


class Listening(DoorAccount):
    """An account that keeps what the desk was asked to do beyond judging: that is nothing, for it has none of
    it. `known` are all proposals that there ever were."""

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[int, Proposal] = {}
        self.proposals.on_change = self.note

    def note(self, one: Proposal) -> None:
        self.known[one.number] = one


@given(st.booleans(), _CALLS)
def test_nothing_that_is_said_at_the_door_sends_unlocks_grants_or_confirms(
    is_open: bool, calls: list[tuple[tuple[str, dict[str, object]], str, float]]
) -> None:
    account = Listening()
    trading: Trading = TradingOpen() if is_open else TradingLocked("a live account starts locked")
    account.store.apply(TradingChanged(trading))
    judge = LinePlanning(
        account.store,
        account.clock,
        account.desk,
        account.alerts,
        account.trails,
        account.need_spec,
        account.rules,
    )
    answers = DoorAnswers(account.store, account.clock, judge, account.proposals)
    before = (dict(account.store.positions), dict(account.store.orders), account.alerts.book)
    for number, ((do, args), name, wait) in enumerate(calls):
        account.clock.at += wait
        call = read_frame(write_frame(id=number, do=do, args=args).rstrip())
        if isinstance(call, PeerCall):
            answers.answer(call, DoorPeer(1, name, "a"))
        for one in account.proposals.listed():
            account.note(one)
        pending = [one for one in account.proposals.listed() if one.state is ProposalState.PENDING]
        assert len(pending) <= MOST_PENDING
        assert all(
            sum(one.name == name for one in pending) <= MOST_PENDING_OF_ONE for name in ("a", "b", "night.sh")
        )
        now = account.clock.now()
        assert sum(one.asked.age_at(now) < 60 for one in account.known.values()) <= MOST_A_MINUTE
        assert {one.state for one in account.known.values()} <= BY_A_PEER
        assert all(one.left(now) <= one.lasts <= 600 for one in pending)
    assert account.store.trading == trading
    assert before == (dict(account.store.positions), dict(account.store.orders), account.alerts.book)
    assert not account.store.intents and account.trails.trails() == ()
