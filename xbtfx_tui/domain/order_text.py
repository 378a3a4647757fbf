"""Trading in a trader's words: what an intent would do, what an answer or a failure means.

One sentence or clause each, plain text. What a server said is quoted cleaned (`quoted`), never raw.
"""

from decimal import Decimal

from xbtfx_tui.domain.api_key import redact
from xbtfx_tui.domain.failure_messages import failure_words
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
    StopChange,
)
from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.order_outcomes import (
    Answer,
    BulkClosed,
    Done,
    Filled,
    FilledInPart,
    HalfReversed,
    Placed,
    Rejected,
    Result,
    Reversed,
)
from xbtfx_tui.domain.retcodes import retcode_meaning
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.text_sanitizer import plain

__all__ = [
    "answer_words",
    "done_words",
    "failure_words",
    "intent_words",
    "lots_words",
    "quoted",
]


def lots_words(volume: Decimal) -> str:
    """Lots with two decimals at least, and no trailing zeros beyond them: `0.10`, `1.00`, `0.125`."""
    plain = f"{volume:f}"
    whole, _, fraction = plain.partition(".")
    return f"{whole}.{fraction.rstrip('0'):0<2}"


def quoted(text: str) -> str:
    """A server's text made harmless to show: one plain line without a key in it, 200 characters at most."""
    return plain(redact(text))


def intent_words(intent: Intent) -> str:
    """What would be done, without a full stop: `Buy 0.10 EURUSD, sl 1.07910, tp 1.08500`."""
    match intent:
        case OpenIntent(symbol=symbol, side=side, volume=volume, sl=sl, tp=tp):
            stops = (f", sl {sl}" if sl is not None else "") + (f", tp {tp}" if tp is not None else "")
            return f"{side.value.capitalize()} {lots_words(volume)} {symbol}{stops}"
        case CloseIntent(ticket=ticket, symbol=symbol, volume=volume, held=held):
            part = lots_words(volume) if intent.is_full else f"{lots_words(volume)} of {lots_words(held)}"
            return f"Close {part} {symbol}, ticket {ticket}"
        case CloseUnreadIntent(ticket=ticket):
            return f"Close ticket {ticket}, whatever it holds"
        case ModifyIntent(ticket=ticket, symbol=symbol, sl=sl_change, tp=tp_change):
            changes = [
                words
                for words in (_change_words("sl", sl_change), _change_words("tp", tp_change))
                if words is not None
            ]
            return f"Modify {symbol}, ticket {ticket}: {', '.join(changes) or 'nothing'}"
        case CloseByIntent(ticket=ticket, by_ticket=by_ticket, symbol=symbol):
            return f"Close {symbol}, ticket {ticket} by ticket {by_ticket}"
        case ReverseIntent(ticket=ticket, symbol=symbol, side=side, held=held):
            return (
                f"Reverse {symbol}, ticket {ticket}: {side.value} {lots_words(held)} to {side.opposite.value}"
            )
        case CloseSymbolIntent(symbol=symbol, tickets=tickets):
            return (
                f"Close all of {symbol} ({_count(tickets)})"
                if tickets
                else f"Close all that is held of {symbol}"
            )
        case CloseAllIntent(tickets=tickets):
            return (
                f"Close everything ({_count(tickets)})" if tickets else "Close everything, whatever is held"
            )


def _change_words(name: str, change: StopChange) -> str | None:
    match change:
        case Keep():
            return None
        case Remove():
            return f"no {name}"
        case MoveTo(price=price):
            return f"{name} {price}"


def _count(tickets: tuple[int, ...]) -> str:
    return "1 position" if len(tickets) == 1 else f"{len(tickets)} positions"


def done_words(
    intent: Intent,
    price: Decimal | None = None,
    ticket: int | None = None,
    volume: Decimal | None = None,
    made: str | None = None,
) -> str:
    """That an intent was carried out, as a sentence: `Bought 0.10 EURUSD at 1.08213, ticket 184729.`

    `price`, `ticket` (of the position it led to), `volume` (executed) and, of what closes, `made` (its profit
    in words; of a reverse, what its first half came to) are left out where None.
    """
    at = f" at {price}" if price is not None else ""
    profit = "" if made is None else f", {made}"
    match intent:
        case OpenIntent(symbol=symbol, side=side, volume=asked):
            verb = "Bought" if side is Side.BUY else "Sold"
            named = f", ticket {ticket}" if ticket is not None else ""
            return f"{verb} {lots_words(asked if volume is None else volume)} {symbol}{at}{named}."
        case CloseIntent(ticket=closed, symbol=symbol, volume=asked, held=held):
            done = asked if volume is None else volume
            of = "" if done == held else f" of {lots_words(held)}"
            return f"Closed {lots_words(done)}{of} {symbol}{at}, ticket {closed}{profit}."
        case CloseUnreadIntent(ticket=closed):
            lots = "" if volume is None else f" {lots_words(volume)} lots of"
            return f"Closed{lots} ticket {closed}{at}{profit}."
        case ModifyIntent(ticket=changed, symbol=symbol):
            what = intent_words(intent).partition(": ")[2]
            return f"Modified {symbol}, ticket {changed}: {what}."
        case CloseByIntent(ticket=closed, by_ticket=by_ticket, symbol=symbol):
            lots = "" if volume is None else f"{lots_words(volume)} "
            return f"Closed {lots}{symbol}, ticket {closed} by ticket {by_ticket}{profit}."
        case ReverseIntent(ticket=closed, symbol=symbol, side=side, held=held):
            named = f", ticket {ticket}" if ticket is not None else ""
            now = f"{side.opposite.value} {lots_words(held if volume is None else volume)}"
            first = "" if made is None else f"; {made}"
            return f"Reversed {symbol}, ticket {closed}: now {now}{at}{named}{first}."
        case CloseSymbolIntent(symbol=symbol, tickets=tickets):
            return (
                f"Closed all of {symbol} ({_count(tickets)})."
                if tickets
                else f"Closed all that was held of {symbol}."
            )
        case CloseAllIntent(tickets=tickets):
            return (
                f"Closed everything ({_count(tickets)})." if tickets else "Closed everything that was held."
            )


def half_reversed_words(intent: Intent, half: HalfReversed, made: str | None = None) -> str:
    """That a reverse only closed, what is amiss first; `made` is what the close realised, in words,
    where that is known."""
    at = f" at {half.close_price}" if half.close_price is not None else ""
    profit = "" if made is None else f", {made}"
    closed = f"{_held_words(intent)} was closed{at}{profit}."
    return f"Only half reversed, its opposite was NOT opened: {closed}{_says(half.warning)}"


def answer_words(
    intent: Intent, result: Result, ticket: int | None = None, currency: str | None = None
) -> str:
    """What a POST came to, in a sentence or two. `currency` is the account's, for a bulk close's profit."""
    match result:
        case (
            Filled()
            | Placed()
            | FilledInPart()
            | Rejected()
            | HalfReversed()
            | Reversed()
            | BulkClosed()
            | Done()
        ):
            return _executed_words(intent, result, ticket, currency)
        case _:
            return failure_words(result)


def _executed_words(intent: Intent, answer: Answer, ticket: int | None, currency: str | None) -> str:
    match answer:
        case Filled(price=price, volume=volume):
            return done_words(intent, price, ticket, volume)
        case Placed():
            return f"{intent_words(intent)}: accepted by the broker (placed), waiting to see it done."
        case FilledInPart(message=message):
            return f"{intent_words(intent)}: done only in part. The positions show how much.{_says(message)}"
        case Rejected(retcode=retcode, message=message):
            return f"Rejected: {_code(retcode)}.{_says(message)}"
        case HalfReversed():
            return half_reversed_words(intent, answer)
        case Reversed(open_price=price, volume=volume):
            return done_words(intent, price, ticket, volume)
        case BulkClosed(closed=closed, failed=failed, total_profit=profit, lines=lines):
            total = f"Closed {closed} of {closed + failed}, profit {signed_money_text(profit, currency)}."
            left = [str(line.ticket) for line in lines if not line.is_closed]
            named = f": {', '.join(left[:10])}" if left else ""
            return f"{total} NOT closed{named}." if failed else total
        case Done():
            return done_words(intent)


def _held_words(intent: Intent) -> str:
    """What was held, by name: in Messages this stands alone."""
    match intent:
        case ReverseIntent(ticket=ticket, symbol=symbol, side=side, held=held):
            return f"{side.value} {lots_words(held)} {symbol}, ticket {ticket},"
        case _:
            return "the position"


def _code(retcode: int | None) -> str:
    if retcode is None:
        return "no return code was given"
    meaning = retcode_meaning(retcode)
    return meaning if str(retcode) in meaning else f"{retcode} {meaning}"


def _says(message: str) -> str:
    said = quoted(message)
    return f' Server says: "{said}".' if said else ""
