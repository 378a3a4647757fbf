"""What closing a position by an opposite one comes to: drafted once, for the dialog and for `closeby`.

Which two fit each other is decided elsewhere. Never sends anything.
"""

from xbtfx_tui.domain.close_by_pairs import pair_result, remainder
from xbtfx_tui.domain.intents import CloseByIntent
from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.planning.draft_types import OrderDraft, judged
from xbtfx_tui.planning.plan_text import currency_of, name
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.store.store import Store


def draft_close_by(one: Position, other: Position, view: PlanView, intent_id: str) -> OrderDraft:
    """A close of the one by the other, as both stand; its profit is what the pair realises, without swaps."""
    store = view.store
    rest, spec = remainder(one, other), store.specs.get(one.symbol)
    realised = None if spec is None else pair_result(one, other, spec, store.rate)
    stays = (
        "nothing of the two stays open"
        if rest is None
        else f"{rest.side.value} {lots_words(rest.volume)} of ticket {rest.ticket} stays open"
    )
    realises = (
        "What the pair realises is not known."
        if realised is None
        else f"The pair realises about {signed_money_text(realised, currency_of(store))}, without swaps."
    )
    sentence = (
        f"Close {one.side.value} {lots_words(one.volume)} {name(one.symbol)}, ticket {one.ticket}"
        f" ({_profit(one, store)}), by {other.side.value} {lots_words(other.volume)}, ticket {other.ticket}"
        f" ({_profit(other, store)}): {stays}. {realises}"
    )
    intent = CloseByIntent(intent_id, one.ticket, other.ticket, one.symbol)
    return judged(intent, sentence, view, profit=realised)


def _profit(position: Position, store: Store) -> str:
    return signed_money_text(store.live_profit(position), currency_of(store))
