"""A trader at a desk who changes the stops of two long positions, 7 and 8."""

import json
from decimal import Decimal

from msgspec.structs import replace

from tests.unit.trading_desk import Trader
from xbtfx_tui.domain.failures import LineBroke, LinePart
from xbtfx_tui.domain.intents import Intent, Keep, ModifyIntent, MoveTo
from xbtfx_tui.domain.order_origin import BY_KEY, Origin, OriginKind
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side

D = Decimal
LONG = Position(7, "EURUSD", Side.BUY, D("0.20"), D("1.08"), D("1.082"), sl=D("1.07"))
OTHER = replace(LONG, ticket=8)
CUT = LineBroke(LinePart.READ, "", begun=True)


def changes(trader: Trader, sl: str, ticket: int = 7, *, by_itself: bool = False) -> Intent:
    intent = ModifyIntent(trader.desk.new_intent_id(), ticket, "EURUSD", MoveTo(D(sl)), Keep())
    origin = Origin(OriginKind.TRAIL, ticket) if by_itself else BY_KEY
    assert not any(one.blocks for one in trader.desk.submit(intent, origin))
    return intent


def holds(trader: Trader, sl: str) -> None:
    """What the server lists from now on."""
    trader.holds = (replace(LONG, sl=D(sl)), OTHER)


def sent(trader: Trader) -> list[str]:
    bodies = [json.loads(one.request.body) for one in trader.server.sent]
    return [
        f"{body['ticket']} {body['sl']}" if "sl" in body else f"close {body['ticket']}" for body in bodies
    ]
