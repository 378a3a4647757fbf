"""The close ticket: all of a position, or a part of it, with what it brings and what stays open.

It works nothing out by itself and sends nothing: it drafts a `CloseIntent` and hands it to the desk once.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

import msgspec
from textual import events
from textual.content import Content

from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.money import pips_between
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.volumes import parse_lots, profit_of_part, share_of, stepped, volume_steps
from xbtfx_tui.ui.dialogs.market import Market, cells, currency_of, exact, is_fresh, market_of, with_lateness
from xbtfx_tui.ui.dialogs.order_dialog import Draft, OrderDialog, with_problems
from xbtfx_tui.ui.dialogs.parts import Field, FieldInput, Note, Tone
from xbtfx_tui.ui.dialogs.ticket import NOT_A_VOLUME
from xbtfx_tui.ui.format import clean, lots, pips, signed_money
from xbtfx_tui.ui.keymap import hint_of, struck
from xbtfx_tui.ui.ports import Backend

SHARES = {"dialog.half": 2, "dialog.third": 3, "dialog.quarter": 4}
"""How many parts each of these keys makes of the position."""


class TooSmall(msgspec.Struct, frozen=True):
    """A share was asked for that can't be closed; nothing is reviewed until a further key is struck."""

    sentence: str


class _VolumeInput(FieldInput):
    """A field in which some keys put a share of the position, in their turn among the typed ones."""

    def __init__(self, value: str, on_steps: Callable[[int], None], on_struck: Callable[[str], bool]) -> None:
        super().__init__(value, on_steps=on_steps)
        self._struck = on_struck

    async def on_key(self, event: events.Key) -> None:
        # Textual calls this before FieldInput's own, which prevent_default keeps from being called.
        if not self._held and self._struck(event.key):
            event.stop()
            event.prevent_default()


class _VolumeField(Field):
    def __init__(
        self, name: str, value: str, stepper: Callable[[str, int], str], on_struck: Callable[[str], bool]
    ) -> None:
        super().__init__(name, value, stepper=stepper)
        self.input = _VolumeInput(value, self._step, on_struck)


class CloseTicket(OrderDialog):
    """Closes the position `ticket`; dismisses with the accepted CloseIntent, or None.

    A position may be closed without its contract or a price being known: the server has both.
    """

    def __init__(self, backend: Backend, ticket: int) -> None:
        self._ticket = ticket
        self._first_seen = backend.store.positions.get(ticket)
        self._too_small: TooSmall | None = None
        super().__init__(backend)

    @property
    def _position(self) -> Position | None:
        return self._backend.store.positions.get(self._ticket)

    def make_fields(self) -> Sequence[Field]:
        held = "" if self._first_seen is None else lots(self._first_seen.volume)
        return (_VolumeField("volume", held, self._step_volume, self._key_struck),)

    def title_words(self) -> str:
        symbol = "" if self._first_seen is None else f" {clean(self._first_seen.symbol, 32)}"
        return f"CLOSE{symbol}, ticket {self._ticket}"

    def hint_words(self) -> str:
        shares = ", ".join(f"{hint_of(self, key_id)} 1/{parts}" for key_id, parts in SHARES.items())
        return f"enter reviews · up/down step · {shares} of it · escape closes"

    def watched_symbol(self) -> str | None:
        return None if self._first_seen is None else self._first_seen.symbol

    def wants_fresh_price(self) -> bool:
        return self._position is not None and not is_fresh(self._backend, self._position.symbol)

    def make_draft(self, typed: Mapping[str, str], intent_id: str) -> Draft:
        position = self._position
        if position is None:
            return Draft(None, general=(Note(f"Position {self._ticket} is not open any more.", Tone.WRONG),))
        market = market_of(self._backend, position.symbol)
        volume = parse_lots(typed["volume"])
        wrong = self._too_small.sentence if self._too_small is not None else _wrong_volume(volume, position)
        part = position.volume if volume is None or wrong else volume
        intent = CloseIntent(
            intent_id=intent_id,
            ticket=position.ticket,
            symbol=position.symbol,
            side=position.side,
            volume=part,
            held=position.volume,
        )
        left = position.volume - part
        stays = f"{lots(left)} stays open" if left else "nothing stays open"
        note = Note(wrong, Tone.WRONG) if wrong else Note(f"of {lots(position.volume)} lots; {stays}")
        beside, general = with_problems({"volume": note}, self._backend.desk.problems(intent))
        profit = self._profit_words(position, part)
        return Draft(
            intent,
            headline=self._headline_words(position, market),
            notes=beside,
            general=general,
            facts=self._facts_of(position, profit, stays),
            review=(
                f"Close {lots(part)}{f' of {lots(position.volume)}' if left else ''} {clean(position.symbol)}"
                f" ({position.side.value}, ticket {position.ticket}) at market,"
                f" now {self._price(position)}: about {profit}. {stays.capitalize()}."
            ),
        )

    # --- words ---

    def _headline_words(self, position: Position, market: Market | str) -> Content:
        opened = exact(self._backend.store, position.symbol, position.price_open)
        line = (
            f"{position.side.value} {lots(position.volume)} {clean(position.symbol)}"
            f"  open {opened}  now {self._price(position)}"
        )
        late = market if isinstance(market, str) else market.age_words
        return with_lateness(line, late)

    def _facts_of(self, position: Position, profit: str, stays: str) -> Content:
        spec = self._backend.store.specs.get(position.symbol)
        moved = None
        if spec is not None:
            moved = pips_between(
                spec, position.side, position.price_open, self._backend.store.live_price(position)
            )
        currency = currency_of(self._backend.store)
        swap = f"{signed_money(position.swap, currency)} {currency or ''}".rstrip()
        return cells((("this part", profit), ("pips", pips(moved)), ("swap", swap)))

    def _price(self, position: Position) -> str:
        store = self._backend.store
        return exact(store, position.symbol, store.live_price(position))

    def _profit_words(self, position: Position, part: Decimal) -> str:
        currency = currency_of(self._backend.store)
        profit = profit_of_part(self._backend.store.live_profit(position), part, position.volume)
        return f"{signed_money(profit, currency)} {currency or ''}".rstrip()

    def _key_struck(self, key: str) -> bool:
        """Put the share that the key stands for in the field; whether it stands for one."""
        share_id = struck(self, key, *SHARES)
        if share_id is None:
            if key != "enter" and self._too_small is not None:
                self._too_small = None
                self.redraft()
            return False
        share = self._share(SHARES[share_id])
        self._too_small = share if isinstance(share, TooSmall) else None
        if isinstance(share, Decimal):
            self._fields["volume"].input.rewrite(lots(share))
        self.redraft()
        return True

    def _share(self, parts: int) -> Decimal | TooSmall:
        position = self._position
        spec = None if position is None else self._backend.store.specs.get(position.symbol)
        if position is None or spec is None:
            return TooSmall("The steps of its volume have not been read yet: type the lots.")
        steps = volume_steps(spec)
        share = share_of(position.volume, parts, steps)
        if share is not None:
            return share
        return TooSmall(
            f"1/{parts} of {lots(position.volume)} is below the minimum of {lots(steps.minimum)}: "
            "type the lots."
        )

    def _step_volume(self, text: str, count: int) -> str:
        position, volume = self._position, parse_lots(text)
        if position is None or volume is None:
            return text
        spec = self._backend.store.specs.get(position.symbol)
        if spec is None:
            return text
        return lots(min(stepped(volume, count, volume_steps(spec)), position.volume))


def _wrong_volume(volume: Decimal | None, position: Position) -> str:
    if volume is None:
        return NOT_A_VOLUME
    if volume > position.volume:
        return f"Only {lots(position.volume)} lots are open: close that or less."
    return ""
