"""What must hold for every size and stop: never more risk than asked for, never an exception."""

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.unit.test_sizing import BTCUSD, EURUSD, NDXUSD, USDJPY, XAUUSD, account_in
from xbtfx_tui.domain.lot_steps import volume_problem, volume_steps
from xbtfx_tui.domain.order_estimates import AccountRate, price_move_value
from xbtfx_tui.domain.position_sizing import (
    BadSize,
    Lots,
    RiskMoney,
    RiskPercent,
    Size,
    Sized,
    parse_size,
    size_text,
    sized,
)
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.stop_input import (
    AtPrice,
    BadStopForm,
    InMoney,
    InPips,
    InRisk,
    StopForm,
    form_text,
    parse_stop_form,
    stop_price,
)
from xbtfx_tui.domain.stop_rules import BadStop, StopKind
from xbtfx_tui.domain.symbol_spec import SymbolSpec

D = Decimal

NUMBERS = st.from_regex(r"[0-9]{0,9}([.,][0-9]{0,7})?", fullmatch=True)
"""What a hand may type for a number, and now and then none."""

TEXTS = st.one_of(
    st.text(max_size=24),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", "$", "-", "+", " "]),
        NUMBERS,
        st.sampled_from(["", "p", "r", "$", "%", " P", "R ", "USD", "pp", "$$"]),
    ),
)
SPECS = st.sampled_from([EURUSD, USDJPY, XAUUSD, BTCUSD, NDXUSD])
SIDES, KINDS = st.sampled_from(Side), st.sampled_from(StopKind)
START = {"EURUSD": "1.164", "USDJPY": "155.8", "XAUUSD": "4085", "BTCUSD": "91200", "NDXUSD": "24950"}

AMOUNTS = st.decimals("0.00000001", "1000000", places=8)
RISKS: st.SearchStrategy[RiskMoney | RiskPercent] = st.one_of(
    st.builds(RiskMoney, AMOUNTS), st.builds(RiskPercent, st.decimals("0.01", "100", places=2))
)
ENDLESS = st.decimals("0.5", "200000", places=5).map(lambda price: 1 / price)
"""Rates as they come of a pair the other way round: 28 digits, with an end that was rounded."""
RATES = st.one_of(ENDLESS, st.decimals("0.00001", "10", places=5))


def at(rate: Decimal) -> AccountRate:
    return lambda _: rate


def loss(
    spec: SymbolSpec, side: Side, reference: Decimal, sl: Decimal, lots: Decimal, rate: Decimal
) -> Decimal:
    result = price_move_value(spec, side, reference, sl, lots, at(rate))
    assert result is not None
    return -result


# --- typed and printed -----------------------------------------------------------------------------------


@given(TEXTS)
def test_any_text_is_a_stop_or_a_sentence_and_prints_to_the_same_again(text: str) -> None:
    match parse_stop_form(text):
        case None:
            assert not text.strip()
        case BadStopForm(sentence):
            assert sentence.endswith(".")
            assert "\n" not in sentence
        case form:
            assert parse_stop_form(form_text(form)) == form


@given(TEXTS)
def test_any_text_is_a_size_or_a_sentence_and_prints_to_the_same_again(text: str) -> None:
    match parse_size(text):
        case BadSize(sentence):
            assert sentence.endswith(".")
            assert "\n" not in sentence
        case size:
            assert parse_size(size_text(size)) == size


FIGURES = st.integers(1, 10**15).flatmap(
    lambda digits: st.integers(0, 15).map(lambda places: D(digits).scaleb(-places))
)


@given(st.sampled_from([AtPrice, InPips, InMoney, InRisk]), FIGURES)
def test_every_form_reads_back_as_it_was_printed(make: type[AtPrice], figure: Decimal) -> None:
    assume(len(f"{figure:f}".removeprefix("0")) <= 16)  # no longer number can be typed
    form: StopForm = make(figure)
    assert parse_stop_form(form_text(form)) == form


@given(st.sampled_from([Lots, RiskMoney]), FIGURES)
def test_every_size_reads_back_as_it_was_printed(make: type[Lots], figure: Decimal) -> None:
    assume(len(f"{figure:f}".removeprefix("0")) <= 16)
    size: Size = make(figure)
    assert parse_size(size_text(size)) == size


# --- sizing ----------------------------------------------------------------------------------------------


@given(RISKS, SIDES, SPECS, st.integers(1, 5000), st.decimals("0.0001", "1000000", places=8), RATES)
def test_a_risk_is_never_exceeded_nor_left_unused(
    size: RiskMoney | RiskPercent,
    side: Side,
    spec: SymbolSpec,
    points: int,
    equity: Decimal,
    rate: Decimal,
) -> None:
    reference = D(START[spec.name])
    sl = reference - side.sign * points * spec.point
    asked = size.amount if isinstance(size, RiskMoney) else equity * size.percent / 100
    found = sized(size, side, reference, sl, spec, account_in("USD", equity), at(rate))
    steps = volume_steps(spec)
    if isinstance(found, BadSize):
        assert asked > equity or loss(spec, side, reference, sl, steps.minimum, rate) > asked
        assert found.sentence.endswith(".")
        return
    assert volume_problem(found.volume, steps) is None
    assert found.risk is not None
    assert found.risk <= asked
    true_risk = loss(spec, side, reference, sl, found.volume, rate)
    assert abs(found.risk - true_risk) <= true_risk * D("1e-23")
    one_more = loss(spec, side, reference, sl, found.volume + steps.step, rate)
    if found.capped_from is None:
        assert one_more > asked or found.volume == steps.maximum
    else:
        assert one_more <= asked
        assert found.volume == steps.maximum
        assert found.capped_from > found.volume
        assert loss(spec, side, reference, sl, found.capped_from, rate) <= asked * (1 + D("1e-23"))


@given(st.integers(1, 4999), SIDES, SPECS, st.integers(1, 5000), RATES)
def test_a_risk_that_pays_for_a_volume_to_the_dot_gives_it(
    count: int, side: Side, spec: SymbolSpec, points: int, rate: Decimal
) -> None:
    reference = D(START[spec.name])
    sl = reference - side.sign * points * spec.point
    steps = volume_steps(spec)
    volume = steps.minimum + steps.step * count
    assume(steps.maximum is None or volume <= steps.maximum)
    exactly = loss(spec, side, reference, sl, volume, rate)
    found = sized(RiskMoney(exactly), side, reference, sl, spec, None, at(rate))
    assert isinstance(found, Sized)
    assert found.volume == volume


@given(st.decimals("0", "1000", places=3), SIDES, SPECS, st.none() | st.integers(-500, 500), RATES)
def test_lots_pass_through(
    volume: Decimal, side: Side, spec: SymbolSpec, points: int | None, rate: Decimal
) -> None:
    reference = D(START[spec.name])
    sl = reference + points * spec.point if points is not None else None
    found = sized(Lots(volume), side, reference, sl, spec, None, at(rate))
    assert isinstance(found, Sized)
    assert found.volume == volume
    assert found.capped_from is None
    assert found.risk is None or found.risk >= 0


# --- stops -----------------------------------------------------------------------------------------------

LOTS = st.decimals("0.01", "50", places=2)


@given(AMOUNTS, KINDS, SIDES, SPECS, LOTS, RATES)
def test_an_sl_by_money_never_loses_more_and_a_tp_never_gains_less(
    amount: Decimal, kind: StopKind, side: Side, spec: SymbolSpec, lots: Decimal, rate: Decimal
) -> None:
    reference = D(START[spec.name])
    found = stop_price(InMoney(amount), kind, side, reference, spec, lots=lots, rate=at(rate), sl=None)
    if isinstance(found, BadStop):
        assert found.sentence.endswith(".")
        return
    assert found == found.quantize(spec.point)
    result = price_move_value(spec, side, reference, found, lots, at(rate))
    point = price_move_value(spec, Side.BUY, D(0), spec.point, lots, at(rate))
    assert result is not None
    assert point is not None
    hair = amount * D("1e-23")  # the end of a rate that has none
    if kind is StopKind.SL:
        assert 0 < -result <= amount + hair
        assert -result + point > amount  # and no point nearer than it must be
    else:
        assert result >= amount - hair
        assert result - point < amount


@given(
    st.sampled_from([InPips, InRisk]),
    st.decimals("0.01", "3000", places=2),
    SIDES,
    SPECS,
    st.integers(1, 900),
)
def test_a_distance_goes_the_way_of_its_kind(
    make: type[InPips], figure: Decimal, side: Side, spec: SymbolSpec, points: int
) -> None:
    reference = D(START[spec.name])
    sl = reference - side.sign * points * spec.point
    for kind in StopKind:
        found = stop_price(make(figure), kind, side, reference, spec, lots=None, rate=at(D(1)), sl=sl)
        if isinstance(found, BadStop):
            assert found.sentence.endswith(".")
        else:
            assert found > 0
            assert ((found - reference) * side.sign > 0) == (kind is StopKind.TP)


EXTREMES = st.sampled_from([D("1e18"), D("1e-29"), D(1), D("3.333333333333333333"), D("0.01")])
"""The ends of what the wire lets through."""

LIKELY = st.builds(
    "{}{}".format,
    st.sampled_from(["99999999", "1", "30", "0.000001", "123456789012.345"]),
    st.sampled_from(["", "p", "r", "$", "%"]),
)


@given(LIKELY, EXTREMES, EXTREMES, EXTREMES, EXTREMES, EXTREMES, EXTREMES, st.sampled_from([0, 5, 12]))
def test_a_senseless_contract_raises_nothing(
    text: str,
    step: Decimal,
    contract: Decimal,
    point: Decimal,
    reference: Decimal,
    other: Decimal,
    rate: Decimal,
    digits: int,
) -> None:
    spec = replace(
        EURUSD,
        digits=digits,
        point=point,
        contract_size=contract,
        volume_min=step,
        volume_max=other,
        volume_step=step,
    )
    form, size = parse_stop_form(text), parse_size(text)
    for side in Side:
        if form is not None and not isinstance(form, BadStopForm):
            for kind in StopKind:
                stop_price(form, kind, side, reference, spec, lots=step, rate=at(rate), sl=other)
        if not isinstance(size, BadSize):
            found = sized(size, side, reference, other, spec, account_in("USD", other), at(rate))
            assert isinstance(found, BadSize) or found.volume > 0
