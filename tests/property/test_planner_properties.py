"""What must hold of every plan on every account: never more than held or asked, never an exception."""

from decimal import ROUND_FLOOR, Decimal, localcontext
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.hypothesis_profiles import examples
from tests.property.test_grammar_properties import COMMANDS
from tests.ui.still_life import PRICES, SPECS
from tests.unit.planning_account import PlanAccount, an_account
from xbtfx_tui.commands import command_types as c
from xbtfx_tui.commands.grammar import Known, Mistake, parse, print_command
from xbtfx_tui.domain.accounts import Account, MarginMode
from xbtfx_tui.domain.intents import CloseIntent, Intent, ModifyIntent, MoveTo, OpenIntent, ReverseIntent
from xbtfx_tui.domain.lot_steps import volume_problem, volume_steps
from xbtfx_tui.domain.position_sizing import Lots, RiskMoney, RiskPercent
from xbtfx_tui.domain.positions import OrderKind, PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import InMoney, InPips, InRisk
from xbtfx_tui.domain.stop_rules import StopKind, stop_problem
from xbtfx_tui.domain.store_events import StreamDown
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.planning.plan_types import Deed, NeedsHistory, NeedsSymbols, Plan, Planned, PlanRefusal, Sheet
from xbtfx_tui.planning.planner import plan

D = Decimal
TICKETS = (3, 5, 184729, 2**53 + 1)
NAMES = tuple(PRICES)

AMOUNTS = st.decimals("-100000", "100000", places=2)
LOTS = st.one_of(st.decimals("0.001", "5", places=3), st.decimals("0.01", "1000000", places=2))


def _spec(draw: st.DrawFn, spec: SymbolSpec) -> SymbolSpec:
    step = draw(st.sampled_from([D("0.01"), D("0.1"), D(1), D("0.03"), D("0.001"), None]))
    return replace(
        spec,
        volume_step=step,
        volume_min=draw(st.sampled_from([step, D("0.02"), D("0.5"), None])),
        volume_max=draw(st.sampled_from([D("0.5"), D(100), None])),
        stops_level=draw(st.sampled_from([0, 10, 500])),
    )


@st.composite
def positions(draw: st.DrawFn, ticket: int) -> Position:
    symbol = draw(st.sampled_from(NAMES))
    bid, ask = PRICES[symbol]
    digits = next(spec.digits for spec in SPECS if spec.name == symbol)
    near = D(str(bid)) * draw(st.decimals("0.98", "1.02", places=5))
    side = draw(st.sampled_from(Side))
    stop = st.none() | st.just(near.quantize(D(1).scaleb(-digits)))
    return Position(
        ticket,
        symbol,
        side,
        draw(LOTS),
        near,
        D(str(bid if side is Side.BUY else ask)),
        draw(stop),
        draw(stop),
        draw(AMOUNTS),
    )


@st.composite
def accounts(draw: st.DrawFn, *, calm: bool = False) -> PlanAccount:
    """Any account; a `calm` one has positions, terms, fresh prices and money, so that most orders can be."""
    tickets = draw(st.sets(st.sampled_from(TICKETS), min_size=3 if calm else 0))
    specs = [_spec(draw, spec) for spec in SPECS]
    known = specs if calm else draw(st.sampled_from([specs, specs, specs[:2], []]))
    currency = draw(st.sampled_from(["USD", "BTC", "XRP", None]))
    equity = draw(st.decimals("1000" if calm else "-100", "100000", places=2))
    margin = draw(st.decimals("0", "5000", places=2))
    mode = draw(st.sampled_from(MarginMode))
    figures = Account(50012345, equity, equity, margin, equity - margin, D(0), 100, mode, currency)
    pending = [PendingOrder(77, "GBPUSD", OrderKind.BUY_LIMIT, D("0.2"), D("1.26"), D("1.255"))]
    one = an_account(
        [draw(positions(ticket)) for ticket in sorted(tickets)],
        mode=mode,
        figures=figures,
        specs=known,
        pending=pending,
        quoted=NAMES if calm else draw(st.sampled_from([NAMES, NAMES, NAMES[:3], ()])),
    )
    match "fresh" if calm else draw(st.sampled_from(["fresh", "fresh", "stale", "down"])):
        case "stale":
            one.clock.at = 60.0
        case "down":
            one.store.apply(StreamDown("lost", 1.0))
    return one


@st.composite
def commands(draw: st.DrawFn) -> c.Command:
    """Any command, mostly about what is there: tickets that are held, symbols that are quoted."""
    command: Any = draw(COMMANDS)
    tickets = st.sampled_from([*TICKETS, 77])
    for name in ("ticket", "other"):
        if hasattr(command, name):
            command = replace(command, **{name: draw(tickets)})
    if isinstance(getattr(command, "target", None), c.OneTicket):
        command = replace(command, target=c.OneTicket(draw(tickets)))
    if hasattr(command, "symbol"):
        command = replace(command, symbol=draw(st.sampled_from(NAMES)))
    made: c.Command = command
    return made


def _parsed(text: str) -> c.Command:
    command = parse(text, Known(NAMES))
    assert not isinstance(command, Mistake), text
    return command


LIKELY_ORDERS: st.SearchStrategy[c.Command] = st.sampled_from(
    [
        "close all",
        "close all half",
        "close all third",
        "close all quarter",
        "close losers",
        "close winners half",
        "close profit>10 third",
        "close EURUSD 0.05",
        "close 3 half",
        "reverse 3",
        "closeby 3 5",
        "be 0.5p",
        "be 3",
        "sl 5 30p",
        "tp 5 2r",
        "sl 5 50$",
        "tp 3 100$",
        "sl 77 1.2500",
        "tp 77 off",
        "buy 0.1 EURUSD sl=30p tp=2r",
        "sell 1% XAUUSD sl=900p",
        "buy 50$ USDJPY sl=20p tp=100$",
        "sell 0.2 NDXUSD sl=50$ tp=1r",
        "trail 15p",
    ]
).map(_parsed)

OPENINGS: st.SearchStrategy[c.Command] = st.builds(
    c.Open,
    st.sampled_from(Side),
    st.one_of(
        st.decimals("0.01", "3", places=2).map(Lots),
        st.decimals("1", "5000", places=2).map(RiskMoney),
        st.decimals("0.1", "20", places=2).map(RiskPercent),
    ),
    st.sampled_from(NAMES),
    st.one_of(
        *[st.decimals("5", "900", places=1).map(InPips)] * 3, st.decimals("1", "900", places=2).map(InMoney)
    ),
    st.none() | st.sampled_from([InRisk(D(2)), InPips(D(700)), InMoney(D(90))]),
)


def _is_readable(planned: Planned) -> bool:
    match planned:
        case Plan(headline, steps, _, remarks):
            return bool(steps) and all(
                text.strip() for text in (headline, *remarks, *(s.words for s in steps))
            )
        case Sheet(title, lines):
            return bool(title and lines)
        case Deed(words=words, lines=lines, remarks=remarks):
            return words.endswith(".") and all(text.strip() for text in (*lines, *remarks))
        case PlanRefusal(sentence) | NeedsHistory(sentence=sentence) | NeedsSymbols(sentence=sentence):
            return len(sentence) > 10


@settings(max_examples=examples(400), deadline=None)
@given(accounts(), st.one_of(commands(), LIKELY_ORDERS))
def test_any_command_on_any_account_comes_to_something_readable(
    account: PlanAccount, command: c.Command
) -> None:
    assert _is_readable(plan(command, account.view()))


@settings(max_examples=examples(100), deadline=None)
@given(accounts(), COMMANDS)
def test_a_command_as_it_is_printed_and_typed_never_raises(account: PlanAccount, command: c.Command) -> None:
    named = getattr(command, "symbol", None)
    names = [] if named is None else [named]
    typed = parse(print_command(command), Known([*NAMES, *names], ("Majors",)))
    assert typed is not None
    assert _is_readable(plan(command, account.view()))


FAR_OUT = st.sampled_from(
    [
        D("1E-29"),
        D("1E-15"),
        D("0.00000001"),
        D("0.3"),
        D(1),
        D("987654321.123456789"),
        D("1E15"),
        D("9.99E18"),
    ]
)
HOSTILE = "EUR\x1b[31m\u202eUSD\n[/x]"


@settings(max_examples=examples(300), deadline=None)
@given(st.data(), st.one_of(OPENINGS, LIKELY_ORDERS, commands()))
def test_figures_at_the_limits_and_names_that_steer_a_terminal_do_no_harm(
    data: st.DataObject, command: Any
) -> None:
    specs = [
        replace(
            spec,
            name=HOSTILE if spec.name == "EURUSD" else spec.name,
            digits=data.draw(st.integers(0, 15)),
            point=data.draw(FAR_OUT),
            contract_size=data.draw(FAR_OUT),
            stops_level=data.draw(st.sampled_from([0, 10**9])),
            volume_min=data.draw(FAR_OUT),
            volume_step=data.draw(FAR_OUT),
            volume_max=data.draw(st.none() | FAR_OUT),
        )
        for spec in SPECS
    ]
    held = [
        Position(
            ticket,
            data.draw(st.sampled_from([HOSTILE, "XAUUSD"])),
            data.draw(st.sampled_from(Side)),
            data.draw(FAR_OUT),
            data.draw(FAR_OUT),
            data.draw(FAR_OUT),
            data.draw(st.none() | FAR_OUT),
            data.draw(st.none() | FAR_OUT),
            data.draw(FAR_OUT) * data.draw(st.sampled_from([1, -1])),
        )
        for ticket in (3, 5)
    ]
    account = an_account(held, specs=specs, quoted=NAMES[1:])
    prices = data.draw(st.tuples(*[st.sampled_from([0.0, 1e-9, 1.08, 1e15, float("inf")])] * 2))
    account.quote(HOSTILE, *prices)
    if getattr(command, "symbol", None) == "EURUSD":
        command = replace(command, symbol=HOSTILE)

    planned = plan(command, account.view())

    assert _is_readable(planned)
    assert not any(sign in text for sign in "\x1b\u202e\n" for text in _texts(planned))


def _texts(planned: Planned) -> list[str]:
    match planned:
        case Plan(headline, steps, _, remarks):
            return [headline, *(step.words for step in steps), *remarks]
        case Sheet(title, lines):
            return [title, *lines]
        case Deed(words=words, lines=lines, remarks=remarks):
            return [words, *lines, *remarks]
        case PlanRefusal(sentence) | NeedsHistory(sentence=sentence) | NeedsSymbols(sentence=sentence):
            return [sentence]


@settings(max_examples=examples(400), deadline=None)
@given(accounts(calm=True), st.one_of(OPENINGS, LIKELY_ORDERS, commands()))
def test_a_plan_never_goes_beyond_what_is_held_or_asked(account: PlanAccount, command: c.Command) -> None:
    planned = plan(command, account.view())
    if not isinstance(planned, Plan):
        return
    ids = [step.intent.intent_id for step in planned.steps]
    assert len(set(ids)) == len(ids)
    for step in planned.steps:
        assert not any(problem.blocks for problem in account.desk.problems(step.intent))
        _holds(step.intent, command, account)
    touched = [step.intent.ticket for step in planned.steps if not isinstance(step.intent, OpenIntent)]  # type: ignore[union-attr] # no bulk intent is planned
    assert len(set(touched)) == len(touched)
    if planned.profit is not None:
        assert planned.profit == sum((step.profit or D(0) for step in planned.steps), D(0))


def _holds(intent: Intent, command: c.Command, account: PlanAccount) -> None:
    store = account.store
    match intent:
        case OpenIntent():
            _is_as_asked(intent, command, account)
        case CloseIntent():
            held = store.positions[intent.ticket]
            assert isinstance(command, c.Close)
            assert (intent.held, intent.side) == (held.volume, held.side)
            assert 0 < intent.volume <= _asked(command.part, held.volume)
            if intent.volume != held.volume:
                assert volume_problem(intent.volume, volume_steps(store.specs[held.symbol])) is None
        case ReverseIntent():
            assert intent.held == store.positions[intent.ticket].volume
        case ModifyIntent(sl=MoveTo(price=price)) if intent.ticket in store.positions:
            held, spec = store.positions[intent.ticket], store.specs[intent.symbol]
            slot = store.slot(intent.symbol)
            if slot is not None and account.clock.at == 0:
                prices = (D(str(slot.quote.bid)), D(str(slot.quote.ask)))
                problem = stop_problem(price, StopKind.SL, held.side, *prices, spec)
                assert problem is None or "down" in str(store.feed)
            if isinstance(command, c.Breakeven | c.BreakevenFrom):
                assert _is_nearer(price, held)
        case _:
            pass


def _asked(part: c.Part, held: Decimal) -> Decimal:
    if isinstance(part, Lots):
        return min(part.volume, held)
    with localcontext() as context:
        context.prec, context.rounding = 60, ROUND_FLOOR
        if isinstance(part, c.PercentOf):
            return held * part.percent / 100
        return held / part.divisor


def _is_as_asked(intent: OpenIntent, command: c.Command, account: PlanAccount) -> None:
    assert isinstance(command, c.Open)
    store = account.store
    assert volume_problem(intent.volume, volume_steps(store.specs[intent.symbol])) is None
    figures = store.live_account()
    assert figures is not None
    match command.size:
        case Lots(volume):
            assert intent.volume == volume
            return
        case RiskMoney(amount):
            budget = amount
        case RiskPercent(percent):
            budget = figures.equity * percent / 100
        case _:
            raise AssertionError(command.size)
    assert intent.sl is not None
    spec = store.specs[intent.symbol]
    rate = store.rate(spec.currency_profit or "")
    assert rate is not None
    loss = abs(intent.price - intent.sl) * spec.contract_size * intent.volume * rate
    assert loss <= budget * (1 + D("1e-20"))


def _is_nearer(price: Decimal, held: Position) -> bool:
    """Breakeven is at a profit of at least nothing, and never worse than the sl that stands."""
    if held.side is Side.BUY:
        return price >= held.price_open and (held.sl is None or price > held.sl)
    return price <= held.price_open and (held.sl is None or price < held.sl)
