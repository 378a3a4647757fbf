"""A whole run on a netting account: orders of any kind beside each other, faults, another hand, a restart.

All is drawn from the seed. What it came to is the matrix's own judges' to say.
"""

import asyncio
import random
from decimal import Decimal

from tests.matrix.begin import a_run
from tests.matrix.leaps import run_by_leaps
from tests.matrix.oracle import SETTLED
from tests.matrix.world import Run
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseIntent,
    CloseSymbolIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    ReverseIntent,
)
from xbtfx_tui.domain.order_outcomes import IntentState
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.paper.account import trade_requests
from xbtfx_tui.paper.exchange_options import ApiForm
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.paper.faults.fault_types import Fault, Scripted, Telling

_LINE = (
    Fault.RESET_IN_HEADERS,
    Fault.RESET_IN_BODY,
    Fault.DROP_BEFORE_EXECUTING,
    Fault.DROP_AFTER_EXECUTING,
    Fault.NO_ANSWER,
    Fault.NO_ANSWER_EXECUTED,
    Fault.CUT_SHORT,
    Fault.TIMED_OUT,
)
_LATE = (Fault.TIMED_OUT_LATE, Fault.PLACED_LATE, Fault.LATE_DELIVERY, Fault.DELAY)
_LISTS = (Fault.LIST_EMPTY, Fault.LIST_STALE)
_STREAM = (Fault.STREAM_LOSE, Fault.STREAM_HOLD, Fault.STREAM_REORDER, Fault.STREAM_SILENCE)
_IN_DOUBT = frozenset({IntentState.UNKNOWN, IntentState.AMBIGUOUS})
_LIARS = ("lists", "answers")
"""Where two witnesses lie alike, nothing tells the truth: in one run it is the lists or the answers."""
_LONGEST = 240.0


def walk(seed: int) -> list[str]:
    """One run; what was wrong with it, as sentences."""
    return run_by_leaps(lambda: _walks(seed))


async def _walks(seed: int) -> list[str]:
    rng = random.Random(f"netting {seed}")
    form = rng.choice([ApiForm.MINIMAL, ApiForm.MINIMAL, ApiForm.RICH])
    async with a_run(seed, None, ScriptedFaults(), form, mode=MarginMode.NETTING) as run:
        if rng.random() < 0.8:
            run.elsewhere(side=rng.choice(list(Side)), volume=_lots(rng))
        await run.opens_the_terminal()
        has_restarted, lies = False, rng.choice(_LIARS)
        for _ in range(rng.randrange(2, 6)):
            match rng.choices(["orders", "trouble", "stream", "hand", "restart"], [3, 5, 1, 2, 0.5])[0]:
                case "orders":
                    await _orders(run, rng)
                case "trouble":
                    run.script(*(_fault(rng, lies) for _ in range(rng.choice([1, 1, 2]))))
                    await _orders(run, rng)
                case "stream":
                    run.faults.stream.begin(
                        Scripted(rng.choice(_STREAM), seconds=rng.choice([5.0, 20.0, 60.0]))
                    )
                case "hand":
                    _another_hand(run, rng)
                case _ if not has_restarted:
                    has_restarted = True
                    run.faults.clear()
                    await run.account.stop()
                    await run.opens_the_terminal()
                case _:
                    pass
            await asyncio.sleep(rng.choice([0.0, 0.3, 1.0, 3.0, 8.0, 20.0, 40.0]))
        await run.until(lambda: all(run.state(one) in SETTLED for one in run.intents), within=_LONGEST)
        for intent in run.intents:
            # What several orders and another hand moved is the trader's to tell apart.
            run.may_end[intent.intent_id] = _IN_DOUBT
        return (await run.judged()).sentences()


async def _orders(run: Run, rng: random.Random) -> None:
    """One order, or two in a breath."""
    for _ in range(rng.choice([1, 2])):
        intent = _draws(run, rng)
        if intent is not None:
            run.tries(intent)
        await asyncio.sleep(rng.choice([0.0, 0.05, 0.5, 2.0]))


def _draws(run: Run, rng: random.Random) -> Intent | None:
    """An order by what the trader sees; None where there is nothing to close."""
    own, volume = run.account.desk.new_intent_id(), _lots(rng)
    shown = sorted(run.account.store.positions.values(), key=lambda position: position.ticket)
    held = next((position for position in shown if position.symbol == run.symbol), None)
    kind = rng.choice(["open", "open", "close", "part", "stops", "reverse", "symbol", "all"])
    if kind == "open":
        run.side, run.volume = rng.choice(list(Side)), volume
        return run.drafts()
    if held is None:
        return None
    match kind:
        case "close":
            return _close(own, held, held.volume)
        case "part":
            return _close(own, held, volume) if volume < held.volume else None
        case "stops":
            away = run.market.specs[run.symbol].point * rng.choice([500, 520, 610]) * held.side.sign
            return ModifyIntent(own, held.ticket, run.symbol, MoveTo(held.price_current - away), Keep())
        case "reverse":
            return ReverseIntent(own, held.ticket, run.symbol, held.side, held.volume)
        case "symbol":
            return CloseSymbolIntent(own, run.symbol, (held.ticket,))
        case _:
            return CloseAllIntent(own, tuple(one.ticket for one in shown))


def _close(own: str, held: Position, volume: Decimal) -> CloseIntent:
    return CloseIntent(own, held.ticket, held.symbol, held.side, volume, held.volume)


def _fault(rng: random.Random, lies: str) -> Scripted:
    seconds = rng.choice([1.0, 3.0, 8.0, 20.0])
    match rng.choice(["line", "line", "late", "part", "never", lies]):
        case "line":
            return Scripted(rng.choice(_LINE))
        case "late":
            return Scripted(rng.choice(_LATE), seconds=seconds)
        case "lists":
            return Scripted(rng.choice(_LISTS), seconds=seconds, by=rng.choice([5.0, 24.0, 60.0]))
        case "part":
            answer = rng.choice([Telling.FILLED, Telling.PLACED, Telling.TIMED_OUT, Telling.CUT])
            rest = rng.choice([None, 3.0, 20.0])
            return Scripted(Fault.PART, seconds=rest, share=Decimal("0.4"), answer=answer)
        case "never":
            return Scripted(Fault.PLACED_NEVER)
        case _:
            return Scripted(Fault.NOTHING_DONE)


def _another_hand(run: Run, rng: random.Random) -> None:
    """Another program trades, closes or reverses in the same symbol."""
    held = next(iter(run.engine.positions(run.symbol)), None)
    if held is None:
        run.elsewhere(side=rng.choice(list(Side)), volume=_lots(rng))
        return
    name, now, engine = f"elsewhere-{len(run.others)}", run.clock.utc(), run.engine
    run.others.add(name)
    match rng.choice(["trade", "close", "part", "reverse"]):
        case "trade":
            side = rng.choice(list(Side))
            engine.trade(trade_requests.TradeRequest(name, run.symbol, side, _lots(rng)), now)
        case "close":
            engine.close(trade_requests.CloseRequest(name, held.ticket), now)
        case "part":
            engine.close(trade_requests.CloseRequest(name, held.ticket, Decimal("0.01")), now)
        case _:
            engine.reverse(trade_requests.ReverseRequest(name, held.ticket), now)


def _lots(rng: random.Random) -> Decimal:
    return Decimal(rng.randrange(1, 12)).scaleb(-2)
