"""The parts of an account end one after the other, also where one of them fails."""

import pytest

from xbtfx_tui.account_service import in_order


async def test_what_fails_at_its_end_keeps_no_other_from_its_own() -> None:
    ended: list[str] = []

    async def fails() -> None:
        raise ValueError("a fault")

    async def ends() -> None:
        ended.append("the desk")

    with pytest.raises(ValueError, match="a fault"):
        await in_order(fails, ends, fails, ends)
    assert ended == ["the desk", "the desk"]
