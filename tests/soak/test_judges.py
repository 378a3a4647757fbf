"""Each judge of the soak lets the good pass, and fails on the very thing that it is there for."""

from typing import Any

from tests.benchmarks.screen import Grid
from tests.soak.judges import (
    LIVE_WITHIN,
    FreshPrices,
    Held,
    Leaks,
    LiveAgain,
    SameCount,
    closed_by_others,
    log_faults,
    order_faults,
    position_faults,
)
from tests.soak.reading import QuoteRow, Shown, positions_counted, positions_on, read_screen

MUTED, TEXT = "38;2;119;132;154", "38;2;201;209;219"
TOP = " LIVE   LOCKED   #50012345  {feed}              \x1b[{muted}mweight 550+/600  10:15:30 UTC\x1b[m"
ROW = "EURUSD    ▲   \x1b[{ink}m 1.08213\x1b[m    1.08221      8   +0.10  {age:>3} │ chart"


def screen(feed: str = "● live", ink: str = TEXT, age: str = "", more: str = "") -> Shown:
    grid = Grid(120, 34)
    lines = [TOP.format(feed=feed, muted=MUTED), ROW.format(ink=ink, age=age), more]
    grid.feed(b"\x1b[1;1H" + "\r\n".join(lines).encode())
    return read_screen(grid)


# --- reading ---


def test_a_fresh_row_and_a_stale_one_are_told_apart() -> None:
    assert screen().rows == (QuoteRow("EURUSD", "1.08213", False, None),)
    assert screen(ink=MUTED, age="12s").rows == (QuoteRow("EURUSD", "1.08213", True, 12),)


def test_a_word_beside_live_takes_its_claim_back() -> None:
    assert screen().is_live
    assert not screen(feed="● live, quiet 4s").is_live
    assert not screen(feed="✗ stream down, next try in 3s").is_live


def test_rows_behind_a_dialog_are_not_read() -> None:
    shown = screen(more="enter reviews · escape closes")
    assert shown.has_dialog and shown.rows == () and shown.is_live and shown.is_locked


def test_positions_are_read_with_their_lots() -> None:
    grid = Grid(120, 34)
    grid.feed(
        b"[4 Positions 2] 5 Orders\r\n184741     USDJPY   buy   1.00   151.191\r\n18474  EURUSD sell 0.50 1"
    )
    assert positions_on(grid) == {184741: "1.00", 18474: "0.50"}
    assert positions_counted(grid) == 2
    assert positions_counted(Grid(80, 24)) is None


# --- old prices ---


def faults_with(shown: Shown, age: float, lag: float = 0.0) -> int:
    judge = FreshPrices()
    for moment in range(10):
        judge.look(100.0 + moment / 10, shown, {"EURUSD": age}, lag)
    assert judge.finding().is_met is (judge.faults.count == 0)
    return judge.faults.count


def test_a_screen_that_is_live_with_new_prices_passes() -> None:
    assert faults_with(screen(), age=0.4) == 0


def test_a_screen_that_says_live_with_old_prices_fails() -> None:
    assert faults_with(screen(), age=9.0) == 2  # the top line and the row
    assert faults_with(screen(feed="● live, quiet 9s"), age=9.0) == 1
    assert faults_with(screen(ink=MUTED, age="9s"), age=9.0) == 1


def test_a_dimmed_price_without_an_age_fails() -> None:
    assert faults_with(screen(feed="○ connecting", ink=MUTED), age=9.0) == 1


def test_old_prices_that_are_dimmed_and_dated_pass() -> None:
    assert faults_with(screen(feed="● live, quiet 9s", ink=MUTED, age="9s"), age=9.0) == 0


def test_a_machine_that_holds_programs_up_is_allowed_for() -> None:
    assert faults_with(screen(), age=9.0, lag=3.0) == 0


def test_one_lasting_fault_is_told_once() -> None:
    judge = FreshPrices()
    for moment in range(10):
        judge.look(100.0 + moment, screen(), {"EURUSD": 9.0 + moment})
    assert judge.faults.count == 2
    assert judge.oldest == 18.0


def test_half_a_frame_is_no_claim() -> None:
    judge = FreshPrices()
    judge.look(100.0, screen(), {"EURUSD": 9.0})
    judge.look(100.1, screen(feed="● live, quiet 9s", ink=MUTED, age="9s"), {"EURUSD": 9.1})
    judge.look(101.0, screen(), {"EURUSD": 10.0})
    assert judge.finding().is_met


# --- live again ---


def test_it_may_take_its_time_to_be_live_again_and_no_longer() -> None:
    judge = LiveAgain()
    judge.look(10.0, screen(feed="○ connecting"), calm_since=5.0)
    judge.look(10.0 + LIVE_WITHIN - 6.0, screen(), calm_since=5.0)
    assert judge.finding().is_met
    assert judge.slowest == LIVE_WITHIN - 1.0


def test_a_screen_that_stays_down_in_the_calm_fails_once() -> None:
    judge = LiveAgain()
    for moment in range(5):
        judge.look(LIVE_WITHIN + 1.0 + moment, screen(feed="✗ stream down"), calm_since=0.0)
    assert judge.faults.count == 1
    assert not judge.finding().is_met


def test_trouble_is_no_time_to_be_live_in() -> None:
    judge = LiveAgain()
    judge.look(1_000.0, screen(feed="✗ stream down"), calm_since=None)
    assert judge.finding().is_met


# --- the count of positions ---


def test_a_count_that_lags_for_a_moment_passes_and_one_that_stays_wrong_fails() -> None:
    judge = SameCount()
    for moment in range(0, 15, 5):
        judge.look(float(moment), 3, 4)
    judge.look(15.0, 4, 4)
    assert judge.finding().is_met
    for moment in range(20, 50, 5):
        judge.look(float(moment), 3, 4)
    assert judge.faults.count == 1
    assert not judge.finding().is_met


def test_what_differs_across_a_trouble_is_counted_anew() -> None:
    judge = SameCount()
    judge.look(0.0, 3, 4)
    judge.pass_over()
    judge.look(30.0, 3, 4)
    assert judge.finding().is_met


# --- leaks ---


def verdicts(
    mb_a_minute: float = 0.0, files_at_end: int = 12, threads_at_end: int = 5, most: int = 15
) -> list[bool]:
    judge = Leaks(warm_at=60.0)
    for moment in range(0, 900, 2):
        is_end = moment > 870
        held = Held(
            float(moment),
            80.0 + mb_a_minute * moment / 60,
            files_at_end if is_end else most if moment == 400 else 12,
            threads_at_end if is_end else 5,
        )
        judge.sample(held, is_base=moment < 20)
    return [finding.is_met for finding in judge.findings()]


def test_a_program_that_holds_what_it_held_passes() -> None:
    assert verdicts() == [True, True, True]


def test_memory_that_keeps_growing_fails() -> None:
    assert verdicts(mb_a_minute=0.9) == [False, True, True]


def test_a_short_run_is_held_to_a_bound_and_not_to_a_rate() -> None:
    for most, is_met in ((90.0, True), (200.0, False)):
        judge = Leaks(warm_at=0.0)
        for moment in range(10):
            judge.sample(Held(float(moment), most / 10 * (moment + 1), 12, 5), is_base=True)
        assert [finding.is_met for finding in judge.findings()] == [is_met, True, True]


def test_files_that_are_never_closed_fail() -> None:
    assert verdicts(files_at_end=20) == [True, False, True]
    assert verdicts(most=60) == [True, False, True]


def test_threads_that_are_never_ended_fail() -> None:
    assert verdicts(threads_at_end=18) == [True, True, False]


def test_nothing_sampled_is_nothing_proven() -> None:
    assert not any(finding.is_met for finding in Leaks(0.0).findings())


# --- positions and orders ---

HELD = [{"ticket": 1, "volume": 0.01}, {"ticket": 2, "volume": 0.5}]


def test_positions_that_agree_pass() -> None:
    assert position_faults({1: "0.01", 2: "0.50"}, HELD) == []


def test_a_position_that_is_missing_or_too_many_or_of_another_size_fails() -> None:
    assert position_faults({1: "0.01"}, HELD) == ["position 2 is open and not on screen"]
    assert position_faults({1: "0.01", 2: "0.50", 3: "1.00"}, HELD) == [
        "position 3 is on screen and not open"
    ]
    assert position_faults({1: "0.02", 2: "0.50"}, HELD) == [
        "position 1 is shown with 0.02 lots, it has 0.01"
    ]


def ledger(*executed: str, received: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "executions": [{"request": key} for key in executed],
        "requests": {"/v1/trade": {"count": 1, "keys": list(received or executed)}},
    }


def journal(state: str, intent_id: str = "a") -> list[dict[str, Any]]:
    return [{"id": intent_id, "state": state, "words": "Buy 0.01 EURUSD"}]


def test_orders_that_were_done_once_or_said_to_be_not_sent_pass() -> None:
    assert order_faults(1, journal("reconciled: filled"), ledger("a"), is_over=True) == []
    assert order_faults(1, journal("not sent"), ledger(), is_over=True) == []


def test_an_order_that_was_done_twice_fails() -> None:
    assert order_faults(1, journal("filled"), ledger("a", "a"), is_over=True)


def test_an_order_that_was_done_and_is_said_to_be_not_sent_fails() -> None:
    assert order_faults(1, journal("not sent"), ledger("a"), is_over=True)


def test_an_order_that_is_said_to_be_filled_and_was_never_done_fails() -> None:
    assert order_faults(1, journal("filled"), ledger(), is_over=True)


def test_an_order_without_an_outcome_fails_once_all_is_over() -> None:
    assert order_faults(1, journal("unknown"), ledger("a"), is_over=True)
    assert not order_faults(1, journal("unknown"), ledger("a"), is_over=False)


def test_an_order_that_is_in_no_journal_fails() -> None:
    assert order_faults(1, [], ledger(), is_over=True)
    assert order_faults(1, journal("filled"), ledger("a", "b"), is_over=True)
    assert order_faults(1, journal("filled"), ledger("a", received=("a", "b")), is_over=True)


def test_two_closes_of_one_ticket_of_which_one_was_done_are_told_apart_from_a_phantom() -> None:
    both = [
        {"id": key, "state": "reconciled: filled", "words": "Close", "kind": "close", "intent": {"ticket": 7}}
        for key in ("a", "b")
    ]
    done = ledger("a")
    assert len(order_faults(2, both, done, is_over=True)) == 1
    done["executions"][0] |= {"cause": "close", "tickets": [7]}
    assert closed_by_others(both, done) == {"b"}
    assert order_faults(2, both, done, is_over=True) == []


# --- the log ---


def test_failures_of_its_own_in_the_log_fail() -> None:
    good = "2026-01-31 10:15:30.123Z WARNING xbtfx_tui.wiring: the terminal has gone"
    bad = "2026-01-31 10:15:30.123Z ERROR asyncio: Task exception was never retrieved"
    assert log_faults([good]) == []
    assert log_faults([good, bad, "Traceback (most recent call last):"]) == [
        bad,
        "Traceback (most recent call last):",
    ]
