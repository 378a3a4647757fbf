"""What a close of a position, or of a part of it, comes to: drafted once, for its ticket and for `close`.

A part is rounded down to the symbol's step and never up. More lots than are held, and lots off the steps, are
drafted as they were asked for: the desk says what is wrong with them. Never sends anything.
"""

from decimal import Decimal

import msgspec

from xbtfx_tui.commands.command_types import Part, PercentOf, Share
from xbtfx_tui.domain.intents import CloseIntent, CloseUnreadIntent
from xbtfx_tui.domain.lot_steps import percent_of, profit_of_part, share_of, thousands_problem, volume_steps
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.position_sizing import Lots
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.profit_and_swap import closing_words
from xbtfx_tui.domain.stop_input import number_text
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.planning.draft_types import OrderDraft, judged
from xbtfx_tui.planning.plan_text import currency_of, exact, name
from xbtfx_tui.planning.ports import PlanView


class NoPart(msgspec.Struct, frozen=True):
    """Why no such part of a position can be closed, as a sentence."""

    sentence: str


class CloseDraft(msgspec.Struct, frozen=True):
    """`left` are the lots that stay open; `swap` is the part's share of the position's, in the account's
    currency: MetaTrader books it with the part, beside its profit."""

    order: OrderDraft
    left: Decimal
    swap: Decimal


def lots_to_close(part: Part, position: Position, spec: SymbolSpec | None) -> Decimal | NoPart:
    """The lots that the part is of this position. A share needs the symbol's terms; lots that may be a
    thousand times what they say are asked for anew."""
    match part:
        case Share.ALL:
            return position.volume
        case Lots(lots):
            asked = None if spec is None else thousands_problem(lots, volume_steps(spec))
            return lots if asked is None else NoPart(asked)
        case Share() | PercentOf():
            if spec is None:
                return NoPart(f"The steps of {name(position.symbol)} have not been read yet: give the lots.")
            steps = volume_steps(spec)
            held = position.volume
            if isinstance(part, PercentOf):
                share, what = percent_of(held, part.percent, steps), f"{number_text(part.percent)}%"
            else:
                share, what = share_of(held, part.divisor, steps), f"A {part.value}"
            if share is not None:
                return share
            return NoPart(
                f"{what} of {lots_words(held)} lots is below the minimum of "
                f"{lots_words(steps.minimum)} for {name(position.symbol)}: close more of it, or all."
            )


def draft_close(position: Position, volume: Decimal, view: PlanView, intent_id: str) -> CloseDraft:
    """A close of `volume` lots of the position as it stands. Neither its terms nor a price need be known: the
    server has both."""
    store = view.store
    held, part = position.volume, min(volume, position.volume)
    left = held - part
    profit = profit_of_part(store.live_profit(position), part, held)
    swap = profit_of_part(position.swap, part, held)
    price, currency = store.live_price(position), currency_of(store)
    intent = CloseIntent(intent_id, position.ticket, position.symbol, position.side, volume, held)
    sentence = (
        f"Close {lots_words(part)}{f' of {lots_words(held)}' if left else ''} {name(position.symbol)}"
        f" ({position.side.value}, ticket {position.ticket}) at market,"
        f" now {exact(store, position.symbol, price)}: about {closing_words(profit, swap, currency)}."
        f" {f'{lots_words(left)} stays' if left else 'Nothing of it stays'} open."
    )
    return CloseDraft(judged(intent, sentence, view, profit=profit, price=price), left, swap)


def draft_close_unread(ticket: int, view: PlanView, intent_id: str) -> OrderDraft:
    """A close of all of a position by its number alone: its row, or the list of positions, can't be read."""
    row = next((row for row in view.store.unread(Reading.POSITIONS) if row.ticket == ticket), None)
    why = "" if row is None else f" (its row can't be read: {plain(row.why, 80)})"
    sentence = f"Close all of ticket {ticket} at market, whatever it holds{why}."
    return judged(CloseUnreadIntent(intent_id, ticket), sentence, view)
