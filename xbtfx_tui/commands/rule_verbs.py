"""The grammar of orders that wait for a price, as data: what `buy` and `sell` take for them; their verbs."""

from xbtfx_tui.commands.argument_types import (
    COMMENT,
    LOTS,
    OCO,
    POINTS,
    PRICE,
    RULE_NUMBER,
    SIZE,
    SLIP,
    STOP,
    SYMBOL,
    TICKS,
    UNTIL,
)
from xbtfx_tui.commands.rule_types import ArmEntry, Disarm, ListRules
from xbtfx_tui.commands.verb_forms import Options, Verb, VerbForm, WordSlot
from xbtfx_tui.domain.sides import Side

_ENTRY = (
    WordSlot("size", SIZE),
    WordSlot("symbol", SYMBOL),
    Options(
        (
            WordSlot("limit", PRICE),
            WordSlot("stop", PRICE),
            WordSlot("sl", STOP),
            WordSlot("tp", STOP),
            WordSlot("until", UNTIL),
            WordSlot("group", OCO),
            WordSlot("slip", SLIP),
            WordSlot("cap", POINTS),
            WordSlot("ticks", TICKS),
            WordSlot("most", LOTS),
            WordSlot("comment", COMMENT),
            WordSlot("replaces", RULE_NUMBER),
        )
    ),
)


_EXAMPLES = {
    Side.BUY: "buy 0.10 EURUSD limit=1.0820 sl=30p tp=2r until=fri",
    Side.SELL: "sell 0.05 XAUUSD stop=2331 sl=2347 slip=0.4 group=a",
}


def entry(side: Side) -> VerbForm[ArmEntry]:
    """An order of this side that waits for its price."""
    return VerbForm(ArmEntry, _ENTRY, (_EXAMPLES[side],), {"side": side})


RULE_VERBS = (
    Verb("rules", "The armed orders with their numbers.", (VerbForm(ListRules, (), ("rules",)),)),
    Verb(
        "disarm",
        "Take an armed order away by its number.",
        (VerbForm(Disarm, (WordSlot("number", RULE_NUMBER),), ("disarm 12",)),),
    ),
)
