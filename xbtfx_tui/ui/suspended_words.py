"""What goes on without the program, or stands still, in sentences: while it is suspended, once it is closed.

An order is told by the two words that the top line has for it: on its way, or unknown. Suspends nothing.
"""

from collections.abc import Iterable

from xbtfx_tui.domain.order_outcomes import IntentRecord

SUSPENDED = "xbtfx-tui is suspended; fg brings it back."


def open_orders_words(records: Iterable[IntentRecord]) -> str:
    """`1 order is on its way and 2 are unknown`; empty where the outcome of each is known."""
    states = [record.state for record in records if record.state.is_open]
    unknown = sum(state.is_in_doubt for state in states)
    late = len(states) - unknown
    clauses = []
    if late:
        clauses.append(f"{_many(late, 'order')} {'is on its' if late == 1 else 'are on their'} way")
    if unknown:
        count = f"{unknown}" if late else _many(unknown, "order")
        clauses.append(f"{count} {'is' if unknown == 1 else 'are'} unknown")
    return " and ".join(clauses)


def suspended_words(orders: str, waiting: int, trails: int, alerts: int, rules: int = 0) -> str:
    """`orders` are those on their way or unknown, by `open_orders_words`, `waiting` those of a command that
    are not begun, `trails`, `alerts` and `rules` (armed orders) what waits or goes on by itself."""
    sentences = [SUSPENDED]
    if standing := [
        _many(count, what)
        for count, what in ((trails, "trailing stop"), (rules, "armed order"), (alerts, "alert"))
        if count
    ]:
        stands = "stands" if trails + alerts + rules == 1 else "stand"
        sentences.append(f"{' and '.join(standing)} {stands} still until then.")
    if orders:
        sentences.append(f"{orders}: what came of that is read then.")
    if waiting:
        waits = "waits" if waiting == 1 else "wait"
        what = f"{_many(waiting, 'more order')} of a command"
        sentences.append(f"{what} {waits}; nothing is opened by prices that are old by then.")
    return " ".join(sentences)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
