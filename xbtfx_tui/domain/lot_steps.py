"""Which volumes a symbol takes: min <= v <= max and (v - min) a multiple of step. Never rounds up."""

from decimal import ROUND_FLOOR, Decimal, InvalidOperation, localcontext

import msgspec

from xbtfx_tui.domain.symbol_spec import SymbolSpec

FALLBACK_MIN = Decimal("0.01")
FALLBACK_STEP = Decimal("0.01")
_LONGEST_NUMBER = 16
_THOUSANDS = -3
"""The exponent of a number that was typed with as many decimals as a group of thousands has digits."""
# Within these, a volume is exact in Decimal's arithmetic and can be shown; no market needs more.
_MAX_LOTS = Decimal(10) ** 9
_MAX_DECIMALS = 9


class VolumeSteps(msgspec.Struct, frozen=True):
    """A symbol's volume limits in lots; `maximum` None = the server did not say."""

    minimum: Decimal
    maximum: Decimal | None
    step: Decimal


def volume_steps(spec: SymbolSpec) -> VolumeSteps:
    """The spec's limits; 0.01 for a minimum or step that the server left out (MetaTrader's usual)."""
    return VolumeSteps(
        spec.volume_min or FALLBACK_MIN, spec.volume_max or None, spec.volume_step or FALLBACK_STEP
    )


def volume_problem(volume: Decimal, steps: VolumeSteps) -> str | None:
    """What is wrong with the volume, as a sentence with what is right; None where it is valid."""
    if not volume.is_finite() or volume <= 0:
        return f"Volume must be more than 0, at least {steps.minimum} lots."
    if volume < steps.minimum:
        return f"{volume} lots is below the minimum of {steps.minimum}."
    if volume > _MAX_LOTS:
        return "That is more lots than any market takes."
    if volume != volume.quantize(Decimal(1).scaleb(-_MAX_DECIMALS)):
        return f"Volume takes {_MAX_DECIMALS} decimals at most, in steps of {steps.step}."
    if steps.maximum is not None and volume > steps.maximum:
        return f"{volume} lots is above the maximum of {steps.maximum}."
    if not _fits(volume, steps):
        below = floor_to_step(volume, steps)
        return f"{volume} lots does not fit the step of {steps.step}: try {below} or {below + steps.step}."
    return None


def _fits(volume: Decimal, steps: VolumeSteps) -> bool:
    with localcontext() as context:
        context.prec = 200  # a step may be so small that the usual 28 digits can't count it
        return not (volume - steps.minimum) % steps.step


def floor_to_step(volume: Decimal, steps: VolumeSteps) -> Decimal:
    """The largest valid volume that is not above `volume`; the minimum where there is none below."""
    if volume <= steps.minimum:
        return steps.minimum
    capped = min(volume, steps.maximum) if steps.maximum is not None else volume
    count = ((capped - steps.minimum) / steps.step).to_integral_value(ROUND_FLOOR)
    return steps.minimum + count * steps.step


def share_of(held: Decimal, parts: int, steps: VolumeSteps) -> Decimal | None:
    """One of `parts` equal parts of the held lots, rounded down to a valid volume; None below the minimum."""
    with localcontext() as context:
        context.prec, context.rounding = 200, ROUND_FLOOR  # a third must not come out rounded up
        share = held / parts
        return None if share < steps.minimum else floor_to_step(share, steps)


def percent_of(held: Decimal, percent: Decimal, steps: VolumeSteps) -> Decimal | None:
    """So many percent of the held lots, rounded down to a valid volume; None below the minimum."""
    with localcontext() as context:
        context.prec, context.rounding = 200, ROUND_FLOOR
        share = held * percent / 100
        return None if share < steps.minimum else floor_to_step(share, steps)


def stepped(volume: Decimal, count: int, steps: VolumeSteps) -> Decimal:
    """The volume `count` steps up (negative: down), on the grid and within the limits.

    From between two steps, the first step goes to the nearer valid volume in that direction.
    """
    grid = floor_to_step(volume, steps)
    if count < 0 and grid < volume:
        count += 1
    wanted = max(grid + count * steps.step, steps.minimum)
    return floor_to_step(wanted, steps)


def profit_of_part(profit: Decimal, part: Decimal, held: Decimal) -> Decimal:
    """The share of a position's profit that closing `part` of its `held` lots realises."""
    return profit * part / held if held else Decimal(0)


class BadLots(msgspec.Struct, frozen=True):
    """Why lots that were typed are not taken as they stand, as a sentence with what may be meant."""

    sentence: str


def read_lots(text: str) -> Decimal | BadLots | None:
    """Lots as `parse_lots` reads them, but for digits behind a zero (`035`): where a keypad's decimal point
    was lost, they are a hundred times what was meant. None where it is no plain number."""
    typed = text.strip()
    if (number := parse_lots(typed)) is not None and (lost := lost_point(typed)) is not None:
        whole = f"{number:f}".lstrip("0") or "0"
        return BadLots(f"{typed} has a 0 before it and no decimal point: type {lost} or {whole}.")
    return number


def lost_point(typed: str) -> str | None:
    """What digits behind a zero stand for with a point behind it: `0.35` of `035`; None of any other text."""
    is_so = len(typed) > 1 and typed[0] == "0" and typed.isascii() and typed.isdigit()
    return f"0.{typed[1:]}" if is_so else None


def thousands_problem(volume: Decimal, steps: VolumeSteps) -> str | None:
    """Lots that were typed with three digits behind a comma or a point (`1,000`), on a symbol that trades
    whole lots: one, or a thousand? Asked as a sentence, with both; None where there is nothing to ask."""
    exponent = volume.as_tuple().exponent
    is_whole = steps.step >= 1 and steps.step == steps.step.to_integral_value()
    if exponent != _THOUSANDS or volume < 1 or not is_whole:
        return None
    small, large, step = f"{volume.normalize():f}", volume * 1000, steps.step.normalize()
    return f"Is {volume:f} {large:,.0f} lots, or {small}? The step is {step:f}: type {large:.0f} or {small}."


def parse_lots(text: str) -> Decimal | None:
    """The lots that a trader typed (`0.10`, `.1`, `0,10`); None where it is not a plain number."""
    cleaned = text.strip().replace(",", ".")
    if not cleaned or not all(character in "0123456789." for character in cleaned):
        return None
    # Nobody trades such a number, and it would not fit Decimal's 28 digits once it is computed with.
    if len(cleaned) > _LONGEST_NUMBER:
        return None
    try:
        return Decimal(cleaned)
    except InvalidOperation:
        return None
