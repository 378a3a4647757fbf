"""An alert made in the list of alerts and by its verb is one alert: the same condition, the same words."""

import re

import msgspec
import pytest

from tests.ui.key_and_verb import at_one_moment, leaves, plays, selects, strikes
from tests.ui.rows_on_screen import rows_at, rows_of, unfolded
from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import still_backend
from xbtfx_tui.domain.alerts import Condition
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

WIDE = (160, 40)
"""Room for an answer in the notice line."""


class AlertTold(msgspec.Struct, frozen=True):
    """What was said of an alert before it was set, what came of it, and what it waits for."""

    sentence: str
    answer: str
    condition: Condition | None


async def alert_by_key(desk: Desk, symbol: str, text: str) -> AlertTold:
    """An alert typed into the list of alerts, with the cursor on this symbol."""
    with at_one_moment(desk):
        await selects(desk, symbol)
        await plays(desk, "a looks")
        await strikes(desk, ["n", *text])
        sentence, wrong = unfolded(rows_at(desk, "#general"))
        await strikes(desk, ["enter"])
        answer, refusal = unfolded(rows_at(desk, "#general"))
        await leaves(desk)
    return _alert_told(desk, " ".join((sentence, *wrong)), " ".join((answer, *refusal)))


async def alert_by_bar(desk: Desk, line: str) -> AlertTold:
    """An alert typed in the command bar."""
    await strikes(desk, ["colon", *line])
    sentence, wrong = unfolded(rows_at(desk, "#meaning"))
    await strikes(desk, ["enter"])
    is_over = isinstance(desk.app.screen, TradingScreen)
    answer, refusal = unfolded(rows_of(desk, desk.screen.notice) if is_over else rows_at(desk, "#meaning"))
    await leaves(desk)
    return _alert_told(desk, " ".join((sentence, *wrong)), " ".join((answer, *refusal)))


def _alert_told(desk: Desk, sentence: str, answer: str) -> AlertTold:
    """With the condition of the alert that there is, which is taken away again."""
    alerts = desk.backend.alerts
    conditions = [alert.condition for alert in alerts.book.alerts]
    for alert in alerts.book.alerts:
        alerts.remove(alert.number)
    numberless = re.sub(r"Alert \d+", "Alert", answer)
    return AlertTold(sentence.strip(), numberless.strip(), conditions[0] if conditions else None)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("> 1.0900", "alert EURUSD > 1.0900"),
        ("< 1.0700", "alert EURUSD < 1.0700"),
        ("spread > 20", "alert EURUSD spread > 20"),
        ("GBPUSD > 1.27", "alert GBPUSD > 1.27"),
        ("margin < 300%", "alert margin < 300%"),
        ("184729 profit > 50", "alert 184729 profit > 50"),
        ("feed", "alert feed"),
        ("999 profit > 50", "alert 999 profit > 50"),
        ("> 1.0800", "alert EURUSD > 1.0800"),
    ],
)
async def test_an_alert_is_one_alert(text: str, line: str) -> None:
    backend = still_backend()
    await backend.alerts.take_up(50012345)
    async with a_desk(backend, size=WIDE) as desk:
        assert await alert_by_key(desk, "EURUSD", text) == await alert_by_bar(desk, line)
    await backend.alerts.stop()
