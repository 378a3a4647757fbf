"""What a command comes to takes work by the number of positions, not by its square."""

from collections import Counter
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_life import positions
from tests.unit.planning_account import PlanAccount, an_account
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.store.store import Store

FEW, MANY = 20, 200


def of(count: int) -> PlanAccount:
    kinds = positions()
    held = (replace(kinds[n % len(kinds)], ticket=40_000_000 + n) for n in range(count))
    return an_account(held)


@pytest.fixture
def valued(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often a position was valued."""
    count: Counter[str] = Counter()
    valuing = Store.live_profit

    def counted(store: Store, position: Position) -> Decimal:
        count["valued"] += 1
        return valuing(store, position)

    monkeypatch.setattr(Store, "live_profit", counted)
    return count


@pytest.mark.parametrize(
    "line", ["close all", "close losers", "close EUR*", "be 1p", "trail 20p", "sl 40000001 off"]
)
def test_ten_times_the_positions_are_ten_times_the_work(line: str, valued: Counter[str]) -> None:
    few, many = of(FEW), of(MANY)
    few.comes_to(line)
    least = valued["valued"]
    valued.clear()
    many.comes_to(line)
    assert valued["valued"] <= MANY // FEW * max(least, FEW)
