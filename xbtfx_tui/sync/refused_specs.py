"""Which symbols' terms have to be read again, for the server refused an order by them. Reads nothing.

A refusal for the volume or the stops means that the terms are others than those the order was checked by: a
stops level that rose, a step that changed. MetaTrader's return codes, xbtfx-api.md section 4.
"""

from itertools import islice

from xbtfx_tui.domain.failures import Refused
from xbtfx_tui.domain.intents import symbol_of, tickets_of
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState, Rejected
from xbtfx_tui.store.store import Store

BY_TERMS = frozenset({10014, 10015, 10016, 10029, 10030, 10034, 10038})


class RefusedTerms:
    """Looks at each order once it is settled."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seen = 0
        self._open: dict[str, None] = {}

    def symbols(self) -> frozenset[str]:
        """Those of orders that were refused by their terms since this was last asked. Cheap."""
        intents = self._store.intents
        if len(intents) > self._seen:
            self._open |= dict.fromkeys(islice(intents, self._seen, None))
            self._seen = len(intents)
        found = set[str]()
        for intent_id in [one for one in self._open if not intents[one].state.is_open]:
            del self._open[intent_id]
            if (symbol := self._refused_by_terms(intents[intent_id])) is not None:
                found.add(symbol)
        return frozenset(found)

    def _refused_by_terms(self, record: IntentRecord) -> str | None:
        if record.state is not IntentState.REJECTED:
            return None
        match record.result:
            case Rejected(retcode=int(retcode)) | Refused(retcode=int(retcode)) if retcode in BY_TERMS:
                pass
            case Refused(code="invalid_volume"):
                pass
            case _:
                return None
        held = (self._store.positions.get(ticket) for ticket in tickets_of(record.intent))
        return symbol_of(record.intent) or next((one.symbol for one in held if one is not None), None)
