"""Which volumes a symbol takes: min <= v <= max and (v - min) a multiple of step. Never rounds up."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, InvalidOperation

from xbtfx_tui.domain.symbols import SymbolSpec

FALLBACK_MIN = Decimal("0.01")
FALLBACK_STEP = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class VolumeSteps:
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
    if steps.maximum is not None and volume > steps.maximum:
        return f"{volume} lots is above the maximum of {steps.maximum}."
    if (volume - steps.minimum) % steps.step:
        below = floor_to_step(volume, steps)
        return f"{volume} lots does not fit the step of {steps.step}: try {below} or {below + steps.step}."
    return None


def floor_to_step(volume: Decimal, steps: VolumeSteps) -> Decimal:
    """The largest valid volume that is not above `volume`; the minimum where there is none below."""
    if volume <= steps.minimum:
        return steps.minimum
    capped = min(volume, steps.maximum) if steps.maximum is not None else volume
    count = ((capped - steps.minimum) / steps.step).to_integral_value(ROUND_FLOOR)
    return steps.minimum + count * steps.step


def parse_lots(text: str) -> Decimal | None:
    """The lots that a trader typed (`0.10`, `.1`, `0,10`); None where it is not a plain number."""
    cleaned = text.strip().replace(",", ".")
    if not cleaned or not all(character in "0123456789." for character in cleaned):
        return None
    try:
        return Decimal(cleaned)
    except InvalidOperation:
        return None
