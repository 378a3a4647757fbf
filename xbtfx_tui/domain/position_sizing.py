"""How large an order is: lots, or the risk that they may carry to the sl (`1%` of equity, `50$`).

Rounds down to the symbol's step and never up. Lots that were typed as lots are left as they are: whether
they are valid is `volumes.volume_problem`'s business. What may be a hundredth or a thousandth of what was
meant is asked, and never guessed.
"""

from collections.abc import Callable
from decimal import ROUND_UP, Context, Decimal, localcontext
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import Account, currency_decimals
from xbtfx_tui.domain.lot_steps import (
    floor_to_step,
    lost_point,
    parse_lots,
    thousands_problem,
    volume_problem,
    volume_steps,
)
from xbtfx_tui.domain.money_text import money_text
from xbtfx_tui.domain.order_estimates import AccountRate, NoRates, price_move_value
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import number_text, parse_money, settled
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.text_sanitizer import plain

_SHOWN = 20
_ALL = Decimal(100)
_TWO_DIGITS_UP = Context(prec=2, rounding=ROUND_UP)


class Lots(msgspec.Struct, frozen=True):
    """A volume in lots, as typed."""

    volume: Decimal


class RiskPercent(msgspec.Struct, frozen=True):
    """A risk in percent of the account's equity."""

    percent: Decimal


class RiskMoney(msgspec.Struct, frozen=True):
    """A risk in the account's currency."""

    amount: Decimal


Risk: TypeAlias = RiskPercent | RiskMoney
Size: TypeAlias = Lots | Risk


class BadSize(msgspec.Struct, frozen=True):
    """Why a size can't be used, as a sentence with an example of what can."""

    sentence: str


class Sized(msgspec.Struct, frozen=True):
    """An order's volume in lots and what it really risks.

    `risk` is what the sl would lose, in the account's currency, commission and slippage aside; None without
    an sl on the losing side or without a rate. `risk_percent` is that in percent of equity, None while
    the account is not known. `capped_from` is the volume that the risk would have paid for, where the
    symbol's maximum is less; None where it is not.
    """

    volume: Decimal
    risk: Decimal | None
    risk_percent: Decimal | None
    capped_from: Decimal | None = None


def parse_size(text: str, *, counts_money: bool = True) -> Size | BadSize:
    """The size in `0.10` (lots), `1%` (of equity) or `50$` (or `$50`), decimals with a point or a comma.

    Not `counts_money`: the account's currency is not known, and no risk is offered for an example.
    """
    typed = text.strip()
    risks = ", or a risk like 1% of equity or 50$" if counts_money else ""
    if not typed:
        return BadSize(f"A size is missing: type lots like 0.10{risks}.")
    make: Callable[[Decimal], Size]
    if "$" in typed:
        number, make = parse_money(typed), RiskMoney
    elif typed.endswith("%"):
        number, make = parse_lots(typed[:-1]), RiskPercent
    else:
        number, make = parse_lots(typed), Lots
    digits = typed.strip("$%")
    if number is not None and (lost := lost_point(digits)) is not None:
        as_typed, whole = (typed.replace(digits, one) for one in (lost, digits.lstrip("0") or "0"))
        return BadSize(f"{typed} has a 0 before it and no decimal point: type {as_typed} or {whole}.")
    if number is None:
        return BadSize(f'"{plain(text, _SHOWN)}" is no size: type lots like 0.10{risks}.')
    size = make(number)
    if number <= 0:
        return BadSize(f"{size_text(size)} is nothing: type lots like 0.10{risks}.")
    if isinstance(size, RiskPercent) and size.percent > _ALL:
        return BadSize(f"{size_text(size)} is more than all of the equity: type a risk like 1%.")
    return size


def size_text(size: Size) -> str:
    """The size as it is typed: what this gives for a size that was parsed parses to the same again."""
    match size:
        case Lots(volume):
            return number_text(volume)
        case RiskPercent(percent):
            return f"{number_text(percent)}%"
        case RiskMoney(amount):
            return f"{number_text(amount)}$"


def needs_sl_words(size: Risk) -> str:
    """That a risk can't be counted without an sl."""
    return f"A risk of {size_text(size)} needs an sl, like sl=30p; without one type lots like 0.10."


def sized(
    size: Size,
    side: Side,
    reference: Decimal,
    sl: Decimal | None,
    spec: SymbolSpec,
    account: Account | None,
    rate: AccountRate,
) -> Sized | BadSize:
    """The volume and its true risk, by `estimates.price_move_value` from `reference` to `sl`.

    `reference` is the price that the position opens at. A risk becomes the largest valid volume that loses
    no more than it, and is refused where that is less than the minimum; lots stay as they are.
    """

    def loss_of(volume: Decimal) -> Decimal | None:
        if sl is None or not _loses(side, reference, sl):
            return None
        result = price_move_value(spec, side, reference, sl, volume, rate)
        return -result if result is not None else None

    match size:
        case Lots(volume):
            asked = thousands_problem(volume, volume_steps(spec))
            return _sized(volume, loss_of(volume), account) if asked is None else BadSize(asked)
        case RiskPercent() | RiskMoney():
            if isinstance(rate, NoRates):
                return BadSize(
                    f"A risk of {size_text(size)} can't be counted: {rate.why}. Lots like 0.10 work."
                )
            if problem := _sl_problem(size, side, reference, sl):
                return BadSize(problem)
            budget = _budget(size, account)
            if isinstance(budget, BadSize):
                return budget
            return _for_risk(size, budget, loss_of, spec, account)


def _for_risk(
    size: Risk,
    budget: Decimal,
    loss_of: Callable[[Decimal], Decimal | None],
    spec: SymbolSpec,
    account: Account | None,
) -> Sized | BadSize:
    loss_of_lot = loss_of(Decimal(1))
    if loss_of_lot is None or loss_of_lot <= 0:
        return BadSize(
            f"A risk of {size_text(size)} needs the value of {spec.name} in the account's currency, which is "
            "not known yet: try lots like 0.10."
        )
    steps = volume_steps(spec)
    with localcontext() as context:
        context.prec = 200  # a step may be so small that the usual 28 digits can't count it
        paid_for = settled(budget / loss_of_lot)
        if paid_for < steps.minimum:
            return _too_little(size, budget, loss_of_lot * steps.minimum, steps.minimum, account)
        volume = floor_to_step(paid_for, steps)
        uncapped = floor_to_step(paid_for, replace(steps, maximum=None))
    if problem := volume_problem(volume, steps):
        return BadSize(problem)
    return _sized(volume, loss_of(volume), account, uncapped if uncapped > volume else None)


def _sized(
    volume: Decimal, loss: Decimal | None, account: Account | None, capped_from: Decimal | None = None
) -> Sized:
    if loss is None:
        return Sized(volume, None, None)
    risk = settled(loss)
    percent = risk / account.equity * _ALL if account is not None and account.equity > 0 else None
    return Sized(volume, risk, percent, capped_from)


def _sl_problem(size: Risk, side: Side, reference: Decimal, sl: Decimal | None) -> str | None:
    if sl is None:
        return needs_sl_words(size)
    if not _loses(side, reference, sl):
        where = "below" if side is Side.BUY else "above"
        return f"The sl of a {side.value} must be {where} {reference}, {sl} is not: try sl=30p."
    return None


def _loses(side: Side, reference: Decimal, sl: Decimal) -> bool:
    return sl < reference if side is Side.BUY else sl > reference


def _budget(size: Risk, account: Account | None) -> Decimal | BadSize:
    """The most that may be lost, in the account's currency."""
    match size:
        case RiskMoney(amount):
            if account is not None and amount > account.equity:
                equity = money_text(account.equity, account.currency)
                return BadSize(
                    f"{size_text(size)} is more than all of the equity, {equity}: $ stands for the account's "
                    "own currency. Try a risk like 1%."
                )
            return amount
        case RiskPercent(percent):
            typed = size_text(size)
            if account is None:
                return BadSize(f"{typed} needs the equity, which is not known yet: try lots like 0.10.")
            if account.equity <= 0:
                return BadSize(f"{typed} of an equity of {account.equity} is nothing: try lots like 0.10.")
            return account.equity * percent / _ALL


def _too_little(
    size: Risk, budget: Decimal, least: Decimal, minimum: Decimal, account: Account | None
) -> BadSize:
    """The refusal of a risk below that of the minimum volume, `least`, which is told rounded up."""
    currency = account.currency if account is not None else None
    least_shown = settled(least).quantize(Decimal(1).scaleb(-currency_decimals(currency)), ROUND_UP)
    least_words = money_text(least_shown, currency)
    needs = f"the minimum of {lots_words(minimum)} lots would risk {least_words}"
    match size:
        case RiskMoney():
            return BadSize(f"{size_text(size)} is too little: {needs}. Try {least_shown}$, or a nearer sl.")
        case RiskPercent():
            equity = account.equity if account is not None else budget
            percent = _TWO_DIGITS_UP.plus(settled(least) / equity * _ALL)
            example = f"{number_text(percent)}%, or a nearer sl" if percent <= _ALL else "a nearer sl"
            budget_words = money_text(budget, currency)
            return BadSize(f"{size_text(size)} of equity is {budget_words}: {needs}. Try {example}.")
