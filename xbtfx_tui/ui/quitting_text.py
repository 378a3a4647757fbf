"""What stops with the terminal, as sentences for the question before it quits. Decides nothing."""

from collections.abc import Sequence

from xbtfx_tui.domain.alert_conditions import condition_words
from xbtfx_tui.domain.alerts import Alert
from xbtfx_tui.domain.armed_orders import ArmedOrder, order_words
from xbtfx_tui.domain.trailing_stop import TrailingStop, pips_text
from xbtfx_tui.planning.plan_text import listed, name
from xbtfx_tui.ui.ports import Backend

_NAMED = 3


def what_stops_words(backend: Backend) -> tuple[str, ...]:
    """What stands still, and what nobody watches or decides, once it is closed; empty where nothing is."""
    trails = tuple(backend.trails.trails())
    armed = tuple(alert for alert in backend.alerts.book.alerts if alert.is_live)
    rules = tuple(one for one in backend.rules.orders if one.is_waiting)
    asked = _asked_words(backend.proposals.pending)
    return tuple(filter(None, (_trails_words(trails), _rules_words(rules), _alerts_words(armed), asked)))


def _trails_words(trails: Sequence[TrailingStop]) -> str:
    if not trails:
        return ""
    stand = "1 trailing stop stands" if len(trails) == 1 else f"{len(trails)} trailing stops stand"
    named = [f"{name(one.symbol)} {one.ticket} at {pips_text(one.distance_pips)}" for one in trails]
    return f"{stand} still once the terminal is closed: {_some(named)}."


def _rules_words(rules: Sequence[ArmedOrder]) -> str:
    if not rules:
        return ""
    wait = "1 armed order does" if len(rules) == 1 else f"{len(rules)} armed orders do"
    return f"{wait} not fire while it is closed: {_some([order_words(one) for one in rules])}."


def _alerts_words(alerts: Sequence[Alert]) -> str:
    if not alerts:
        return ""
    wait = "1 alert is" if len(alerts) == 1 else f"{len(alerts)} alerts are"
    named = [condition_words(alert.condition) for alert in alerts]
    return f"{wait} not watched while it is closed: {_some(named)}."


def _asked_words(pending: int) -> str:
    if not pending:
        return ""
    wait = "1 proposal is" if pending == 1 else f"{pending} proposals are"
    return f"{wait} not decided: who asked is told that it ended."


def _some(named: Sequence[str]) -> str:
    return listed(named[:_NAMED], max(0, len(named) - _NAMED))
