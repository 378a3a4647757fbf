"""What is said of trailing stops: whole sentences, the symbol cleaned of what steers a terminal."""

from collections.abc import Sequence
from decimal import Decimal

from xbtfx_tui.domain.login_state_owner import KeptByNoLock, no_trails_words
from xbtfx_tui.domain.store_events import TradingLocked, TradingReadOnly
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.trailing_stop import TrailingStop, pips_text


def name_of(trail: TrailingStop) -> str:
    """The position it is about: `EURUSD 184729`."""
    return f"{plain(trail.symbol, 32)} {trail.ticket}"


def names_of(trails: Sequence[TrailingStop]) -> str:
    return ", ".join(map(name_of, trails))


def taken_up_words(trails: Sequence[TrailingStop]) -> str:
    """That these of the last run go on."""
    verb = "1 trailing stop is" if len(trails) == 1 else f"{len(trails)} trailing stops are"
    each = ", ".join(f"{name_of(one)} at {pips_text(one.distance_pips)}" for one in trails)
    return f"{verb} taken up again: {each}."


def left_words(trails: Sequence[TrailingStop]) -> str:
    """That these of the last run are not in the lists of this one."""
    return (
        f"Not in the list of positions, so not trailed: {names_of(trails)}. Should it list them again in "
        "this run, they are trailed on."
    )


def waits_words(count: int, trading: TradingLocked | TradingReadOnly) -> str:
    """That no stop is moved now, and why."""
    waits = "1 trailing stop waits" if count == 1 else f"{count} trailing stops wait"
    unlock = " ctrl+l unlocks it." if isinstance(trading, TradingLocked) else ""
    return f"{waits}, for no order can be sent: {trading.reason}.{unlock}"


def not_moved_words(count: int, keeping: KeptByNoLock) -> str:
    """That so many are kept for the account, and not moved by this terminal."""
    are = "1 trailing stop is" if count == 1 else f"{count} trailing stops are"
    return f"{are} kept for this account. {no_trails_words(keeping)}"


def goes_on_words(count: int) -> str:
    """That trading is open again."""
    goes = "1 trailing stop goes" if count == 1 else f"{count} trailing stops go"
    return f"Trading is open again, and {goes} on."


def doubtful_words(trail: TrailingStop, asked: Decimal | None) -> str:
    """That nobody knows whether its last move was done."""
    return (
        f"Nobody knows yet whether the sl of {name_of(trail)} was moved to {asked}. It is looked for; its "
        "trailing stop waits until that is known, for two minutes at most. t ends it."
    )


def learnt_words(trail: TrailingStop, asked: Decimal | None, is_done: bool | None) -> str:
    """That this is known by now; None: that it is not, and that the trail waits for it no more."""
    if is_done is None:
        return (
            f"Whether the sl of {name_of(trail)} was moved to {asked} is not known. Its trailing stop goes "
            "on from where the list shows the sl."
        )
    found = "was moved" if is_done else "was NOT moved"
    return f"The sl of {name_of(trail)} {found} to {asked}: its trailing stop goes on."


def held_up_words(trail: TrailingStop) -> str:
    """That it does not move its stop while another order's outcome is not known."""
    return (
        f"Not trailed yet: {name_of(trail)}. The outcome of an order on it is not known; its trailing stop "
        "goes on once it is, or once you decide on that order."
    )


def ended_words(trail: TrailingStop, on_its_way: Decimal | None, *, is_doubtful: bool = False) -> str:
    """That the trader turned it off; `on_its_way` is where the sl is being moved to just now."""
    last = "" if on_its_way is None else f" A last move, to {on_its_way}, is on its way."
    if on_its_way is not None and is_doubtful:
        last = f" Whether its last move, to {on_its_way}, was done is not known yet."
    return f"{name_of(trail)} trails no more; its sl stays where it is.{last}"


def gone_words(trail: TrailingStop, *, is_netting: bool) -> str:
    """That its position is closed; on a netting account another trade may only have given it a new ticket."""
    ended = f"{name_of(trail)} is not open any more: its trailing stop has ended."
    if not is_netting:
        return ended
    symbol = plain(trail.symbol, 32)
    return (
        f"{ended} If {symbol} is still held, it is under another ticket, and no stop is moved: t starts it."
    )


def blind_words(trails: Sequence[TrailingStop]) -> str:
    """That nothing comes to trail these by."""
    waits = "the trailing stop waits" if len(trails) == 1 else "the trailing stops wait"
    return f"No fresh price, or no list of positions, for a minute, and {waits}: {names_of(trails)}."


def back_words(trail: TrailingStop) -> str:
    """That its position is open after all, and that it goes on."""
    return (
        f"{name_of(trail)} is open after all: its trailing stop, which had ended with it, is taken up again "
        f"at {pips_text(trail.distance_pips)}. t ends it."
    )


def loosened_words(trail: TrailingStop, was: Decimal | None, found: Decimal | None, *, is_own: bool) -> str:
    """That lists show a worse sl than the one that stood, and what explains it: a move of this trail's own
    that was done late (`is_own`), or no order sent from here."""
    name = name_of(trail)
    now = f"{name} has no sl any more" if found is None else f"The sl of {name} is at {found}"
    by = "a move of its trailing stop was done late" if is_own else "by no order sent from here"
    stood = "" if was is None else f" It stood at {was}."
    return f"{now}, {by}.{stood} Its trailing stop takes it up again. t ends it."


def paused_words(trail: TrailingStop, refusals: int, kind: str) -> str:
    """That its moves are refused again and again, why, and how it goes on."""
    return (
        f"The trailing stop of {name_of(trail)} is paused: the server refused its last {refusals} moves in "
        f"the same way ({kind}). It goes on when the symbol's terms change, or if you start it again with t."
    )


def terms_changed_words(trail: TrailingStop) -> str:
    """That it goes on, since the symbol's terms are others than when it was paused."""
    symbol = plain(trail.symbol, 32)
    return f"The terms of {symbol} have changed: the trailing stop of {name_of(trail)} goes on."
