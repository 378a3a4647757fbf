"""A key and its verb are one order: the same intent, the same sentence, the same warnings and refusals.

Held by what is on screen and by what `xbtfx-tui do` prints, before accounts of every kind that changes what
an order comes to.
"""

import re

import pytest

from tests.ui.key_and_verb import SIZE, Order, Told, as_in_a_shell, by_bar, by_key, differences, judged
from tests.ui.key_and_verb_scenes import SCENES, with_opposite
from tests.ui.still_desk import a_desk
from tests.ui.still_do import by_do
from tests.ui.still_life import still_backend
from xbtfx_tui.domain.intents import CloseAllIntent, CloseIntent, CloseSymbolIntent

BLIND = "What is held is not known, for the positions can't be read: whatever it is, it is closed."


OF_ONE_KIND = frozenset(
    {
        *("no currency", "in bitcoin", "old equity", "odd name", "no price"),
        *("market closed", "margin not enough", "stops level", "close-by of equals", "breakeven that stands"),
    }
)
"""Scenes whose orders stand in others, before an account that lacks another thing: in the long run."""


@pytest.mark.parametrize(
    "name",
    [pytest.param(one, marks=pytest.mark.long) if one in OF_ONE_KIND else one for one in SCENES],
)
async def test_the_key_and_its_verb_are_one_order(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    scene = SCENES[name]
    backend, answers = scene.backend(), []
    async with a_desk(backend, size=SIZE) as desk:
        for order in scene.orders:
            scene.prices_come(backend)
            answers.append((order, await by_key(desk, order), await by_bar(desk, order.line)))
    found: list[str] = []
    for order, key, bar in answers:
        told = differences(key, bar, "the bar", waits=order.waits)
        if not order.line.startswith("trail"):  # which `do` leaves to the terminal
            scene.prices_come(backend)
            done = await by_do(backend, order.line, capsys)
            told += differences(as_in_a_shell(key), done, "do", waits=order.waits)
        found += [f"{order.line}: {one}" for one in told]
    assert not found, "\n".join(found)


# --- closing many ---


@pytest.mark.parametrize(("key", "line"), [("X", "close all"), ("S", "close EURUSD")])
async def test_what_can_not_be_seen_is_closed_by_one_order(
    key: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    backend = judged(still_backend(is_read=False))
    async with a_desk(backend, size=SIZE) as desk:
        by_line = await by_bar(desk, line)
        told = await by_key(desk, Order("EURUSD", key, line))
    assert isinstance(told, Told)
    assert isinstance(by_line, Told)
    assert (told.done, told.sentence) == (by_line.done, by_line.sentence)
    # The list in the dialog is empty of what can't be read: it need not be said again that it is.
    assert by_line.warnings - {BLIND} <= told.warnings
    shell = await by_do(judged(still_backend(is_read=False)), line, capsys)
    assert differences(as_in_a_shell(by_line), shell, "do") == []


@pytest.mark.parametrize(("key", "line"), [("X", "close all"), ("S", "close EURUSD")])
async def test_what_can_be_seen_is_closed_whichever_way(
    key: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    backend = judged(still_backend(with_opposite("0.30")))
    one_by_one = await by_do(backend, line, capsys)
    async with a_desk(backend, size=SIZE) as desk:
        told = await by_key(desk, Order("EURUSD", key, line))
    assert isinstance(told, Told)
    assert isinstance(one_by_one, Told)
    assert isinstance(told.done, CloseAllIntent | CloseSymbolIntent)
    assert isinstance(one_by_one.done, tuple)
    closes = {intent.ticket: intent.is_full for intent in one_by_one.done if isinstance(intent, CloseIntent)}
    assert closes == dict.fromkeys(told.done.tickets, True)
    total = re.search(r"[+-][\d.,]+ USD(?= in all)", told.sentence)
    assert total is not None
    assert f"about {total[0]} in all," in one_by_one.sentence
