"""What a trader may type for a stop: a price, pips (`30p`), money (`50$`) or a multiple of the risk (`2r`).

Reads a form, prints it again, and works out its price. Never looks at the market: whether a price is on the
right side and far enough away is `stops.stop_problem`'s business.
"""

from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal, localcontext
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.lot_steps import parse_lots
from xbtfx_tui.domain.order_estimates import AccountRate, NoRates, price_move_value
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.pip_size import NoPip, pip_of
from xbtfx_tui.domain.price_grid import grid_problem, is_price, on_grid
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_rules import BadStop, StopKind
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain

_SHOWN = 20
_EXAMPLE_PIPS = 30
_EXAMPLE_SHARE = Decimal("0.005")
"""How far from the price an example lies where pips can't be counted."""
_FAR = 100
"""A price typed as a stop that is so many times the reference, or such a part of it, is a slip."""
_TWO_DIGITS_UP = Context(prec=2, rounding=ROUND_UP)
_SETTLED = Context(prec=24, rounding=ROUND_HALF_EVEN)


class AtPrice(msgspec.Struct, frozen=True):
    """A stop at a price."""

    price: Decimal


class InPips(msgspec.Struct, frozen=True):
    """A stop so many pips from the price that the position opens at."""

    pips: Decimal


class InMoney(msgspec.Struct, frozen=True):
    """A stop at which the position has lost (sl) or gained (tp) this much, in the account's currency."""

    amount: Decimal


class InRisk(msgspec.Struct, frozen=True):
    """A tp at this multiple of the distance to the sl."""

    multiple: Decimal


StopForm: TypeAlias = AtPrice | InPips | InMoney | InRisk


class BadStopForm(msgspec.Struct, frozen=True):
    """Why a text is no stop, as a sentence with an example of what is one."""

    sentence: str


def parse_stop_form(text: str, *, counts_money: bool = True) -> StopForm | BadStopForm | None:
    """The form in `1.0820`, `30p`, `50$` (or `$50`) or `2r`, decimals with a point or a comma.

    None for an empty field. Zero and signs are refused: which way a stop lies follows from the side. Not
    `counts_money`: the account's currency is not known, and no money is offered for an example.
    """
    typed = text.strip().lower()
    if not typed:
        return None
    form = _form(typed)
    if form is not None:
        return form
    if typed[0] in "+-" and (unsigned := _form(typed[1:])) is not None:
        return BadStopForm(
            f"A stop takes no sign, which way it lies follows from the side: try {form_text(unsigned)}."
        )
    money = "money like 50$, " if counts_money else ""
    return BadStopForm(
        f'"{plain(text, _SHOWN)}" is no stop: type a price like 1.0820, pips like 30p, {money}'
        "2r for twice the risk, or nothing."
    )


def _form(typed: str) -> StopForm | None:
    make: Callable[[Decimal], StopForm]
    if "$" in typed:
        number, make = parse_money(typed), InMoney
    elif typed.endswith("p"):
        number, make = parse_lots(typed[:-1]), InPips
    elif typed.endswith("r"):
        number, make = parse_lots(typed[:-1]), InRisk
    elif typed.startswith("-") and (below := parse_lots(typed[1:])) is not None and below > 0:
        return AtPrice(-below)  # a market below zero
    else:
        number, make = parse_lots(typed), AtPrice
    return make(number) if number is not None and number > 0 else None


def form_text(form: StopForm) -> str:
    """The form as it is typed: what this gives for a form that was parsed parses to the same again."""
    match form:
        case AtPrice(price):
            return number_text(price)
        case InPips(pips):
            return f"{number_text(pips)}p"
        case InMoney(amount):
            return f"{number_text(amount)}$"
        case InRisk(multiple):
            return f"{number_text(multiple)}r"


def risk_sl_words(form: StopForm) -> str:
    """That no sl can be a multiple of the risk."""
    return (
        f"{form_text(form)} is a multiple of the distance to the sl, so it is for the tp: try 30p for the sl."
    )


def risk_tp_words(form: StopForm) -> str:
    """That a tp can't be a multiple of a risk that there is none of."""
    return f"tp of {form_text(form)} needs an sl to count the risk by: type one first, like 30p."


def parse_money(text: str) -> Decimal | None:
    """The amount in `50$` or `$50`, in the account's currency whichever that is; None for anything else."""
    typed = text.strip()
    if typed.startswith("$") == typed.endswith("$"):
        return None
    return parse_lots(typed.removeprefix("$").removesuffix("$"))


def number_text(number: Decimal) -> str:
    """A number as `parse_lots` reads it, with the sign of one below 0: without an exponent or a grouping of
    thousands."""
    if number < 0:
        return f"-{number_text(-number)}"
    text = f"{number:f}"
    # `.123456789012345` is as long as a number may be: a 0 before it would be one character too many.
    return text.removeprefix("0") if parse_lots(text) is None else text


def settled(number: Decimal) -> Decimal:
    """The number at 24 significant digits.

    A rate such as 1/155.8 never ends, and its last digit must not decide a point or a step: 0.779 that came
    out as 0.77899...99 is 0.779. What this moves is far below a satoshi.
    """
    return _SETTLED.plus(number)


def stop_price(
    form: StopForm,
    kind: StopKind,
    side: Side,
    reference: Decimal,
    spec: SymbolSpec,
    *,
    lots: Decimal | None,
    rate: AccountRate,
    sl: Decimal | None,
) -> Decimal | BadStop:
    """The stop's price on the symbol's grid, or why it has none.

    `reference` is the price that the position opens at: distances lie below it for a long's sl and a short's
    tp, above it otherwise. `lots` and `rate` matter for money alone, `sl` (a price) for a multiple of the
    risk alone. Money comes by `estimates.price_move_value`: an sl never loses more than was typed, a tp
    never gains less.
    """
    worth = None  # of a move by one whole unit of the price
    if isinstance(form, InMoney) and lots is not None:
        worth = price_move_value(spec, Side.BUY, Decimal(0), Decimal(1), lots, rate)
    place = _Place(form, kind, side, reference, spec)
    with localcontext() as context:
        context.prec = 200  # a server's prices and digits may have more than the usual 28 between them
        match form:
            case AtPrice(price):
                return place.at(price)
            case InPips(pips):
                pip = pip_of(spec)
                return (
                    place.no_pips(pip) if isinstance(pip, NoPip) else place.away(pips * pip, ROUND_HALF_EVEN)
                )
            case InMoney() if isinstance(rate, NoRates):
                return place.no_money(rate)
            case InMoney(amount):
                return place.for_money(amount, lots, worth)
            case InRisk(multiple):
                return place.for_risk(multiple, sl)


class _Place(msgspec.Struct, frozen=True):
    """Where a stop is to go: works out its price, and has the words where there is none."""

    form: StopForm
    kind: StopKind
    side: Side
    reference: Decimal
    spec: SymbolSpec

    @property
    def _is_below(self) -> bool:
        return (self.side is Side.BUY) == (self.kind is StopKind.SL)

    @property
    def _words(self) -> str:
        return f"{self.kind.value} of {form_text(self.form)}"

    def _on_grid(self, price: Decimal, rounding: str = ROUND_HALF_EVEN) -> Decimal:
        return on_grid(price, self.spec, rounding)

    def at(self, price: Decimal) -> Decimal | BadStop:
        nearest = self._on_grid(price)
        if not is_price(nearest, self.reference):
            return BadStop(f"{self.kind.value} takes a price above 0, like {self._on_grid(self.reference)}.")
        if (problem := grid_problem(price, self.spec)) is not None:
            return BadStop(problem)
        # `4,050` is 4.05, as 1,082 is 1.082: beside gold it would be a stop that is none.
        if self.reference > 0 and not self.reference / _FAR < nearest < self.reference * _FAR:
            return BadStop(
                f"{self.kind.value} {nearest} is nowhere near {self.reference}; a comma is a decimal point: "
                f"try {self._on_grid(self.reference)} without one for thousands."
            )
        return nearest

    def away(self, distance: Decimal, rounding: str, example: str = "30p") -> Decimal | BadStop:
        exact = self.reference - distance if self._is_below else self.reference + distance
        price = self._on_grid(exact, rounding)
        if price <= 0 < self.reference or not price:
            return BadStop(f"{self._words} would be at or below zero from {self.reference}: try {example}.")
        came_to = self.reference - price if self._is_below else price - self.reference
        if came_to <= 0 or came_to < self.spec.point:
            return BadStop(f"{self._words} is less than one point of {self.spec.name}: try {example}.")
        return price

    def no_pips(self, why: NoPip) -> BadStop:
        """Pips of a symbol that has none that are known; the example lies where the stop would."""
        away = abs(self.reference) * _EXAMPLE_SHARE
        example = self.reference - away if self._is_below else self.reference + away
        return BadStop(why.sentence_at(self._on_grid(example)))

    def no_money(self, rate: NoRates) -> BadStop:
        """Money on an account whose currency is not known."""
        return BadStop(f"{self._words} can't be counted: {rate.why}. A price or pips like 30p work.")

    def for_money(self, amount: Decimal, lots: Decimal | None, worth: Decimal | None) -> Decimal | BadStop:
        if lots is None or lots <= 0:
            return BadStop(f"{self._words} needs a volume in lots: type that first, or pips like 30p.")
        if worth is None or worth <= 0:
            return BadStop(
                f"{self._words} needs the value of {self.spec.name} in the account's currency, which is not "
                "known yet: try pips like 30p."
            )
        # Towards the reference for an sl (loses no more), away from it for a tp (gains no less).
        upwards = self._is_below == (self.kind is StopKind.SL)
        likely = self._likely_money(worth, lots)
        price = self.away(settled(amount / worth), ROUND_CEILING if upwards else ROUND_FLOOR, likely)
        # 50$ on a BTC account are fifty bitcoin: above the market that would be a stop that is none.
        if isinstance(price, Decimal) and price >= self.reference * _FAR > 0:
            return BadStop(f"{self._words} would be at {price}, nowhere near {self.reference}: try {likely}.")
        return price

    def _likely_money(self, worth: Decimal, lots: Decimal) -> str:
        """An amount that would do, as an example."""
        pip = pip_of(self.spec)
        near = abs(self.reference) * _EXAMPLE_SHARE if isinstance(pip, NoPip) else pip * _EXAMPLE_PIPS
        amount = f"{number_text(_TWO_DIGITS_UP.plus(worth * near))}$"
        if isinstance(pip, NoPip):
            return amount
        return f"{amount}, about {_EXAMPLE_PIPS}p at {lots_words(lots)} lots"

    def for_risk(self, multiple: Decimal, sl: Decimal | None) -> Decimal | BadStop:
        if self.kind is StopKind.SL:
            return BadStop(risk_sl_words(self.form))
        if sl is None:
            return BadStop(risk_tp_words(self.form))
        return self.away(self._on_grid(multiple * abs(self.reference - sl)), ROUND_HALF_EVEN)
