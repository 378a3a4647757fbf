"""A cap on the spread keeps what opens from being sent; and the night that counts three times is said."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.planning_account import PlanAccount, an_account
from xbtfx_tui.commands.command_types import Open
from xbtfx_tui.commands.grammar import Known, parse, print_command
from xbtfx_tui.config.config_file import read_config
from xbtfx_tui.config.setting_types import SettingsError
from xbtfx_tui.domain.store_events import SpecRead
from xbtfx_tui.orders.guards.guard_types import Limits

D = Decimal
TOO_WIDE = "The spread of EURUSD is 8 points, wider than your cap of 7 points: nothing is opened while it is."


def capped(points: str) -> PlanAccount:
    account = an_account()
    account.desk.limits = Limits(spread={"EURUSD": D(points)})
    return account


def test_nothing_is_opened_while_the_spread_is_wider_than_the_cap() -> None:
    account = capped("7")
    assert account.refuses("buy 0.10 EURUSD") == TOO_WIDE
    assert account.plans("buy 0.10 XAUUSD").steps, "the cap is of one symbol"
    assert account.plans("close all").steps, "what closes has no cap"
    account.quote("EURUSD", 1.08215, 1.08221)
    told = "Not sent if the spread is wider than 7 points then."
    assert told in account.plans("buy 0.10 EURUSD").remarks
    assert account.plans("buy 0.10 XAUUSD").remarks == ()


def test_an_order_may_have_a_cap_of_its_own_and_the_narrower_of_two_counts() -> None:
    account = an_account()
    assert account.refuses("buy 0.10 EURUSD cap=7") == TOO_WIDE
    assert (
        "Not sent if the spread is wider than 8 points then."
        in account.plans("buy 0.10 EURUSD cap=8").remarks
    )
    assert capped("7").refuses("sell 0.10 EURUSD cap=20") == TOO_WIDE
    assert capped("20").refuses("sell 0.10 EURUSD cap=7") == TOO_WIDE
    line = parse("buy 0.10 EURUSD cap=8", Known())
    assert isinstance(line, Open)
    assert print_command(line) == "buy 0.10 EURUSD cap=8"


def test_the_config_has_the_caps_by_symbol() -> None:
    read = read_config(
        "[limits]\nspread = { EURUSD = 20, XAUUSD = 60 }\n", "config.toml"
    ).common.limits.spread
    assert read is not None
    assert read.value == {"EURUSD": D(20), "XAUUSD": D(60)}
    for wrong in ("20", "{ EURUSD = 0 }", '{ EURUSD = "wide" }'):
        with pytest.raises(SettingsError, match=r"limits\.spread.*points by symbol"):
            read_config(f"[limits]\nspread = {wrong}\n", "config.toml")


def test_the_night_that_counts_three_times_is_said_on_its_day_where_it_costs() -> None:
    account = an_account()
    spec = replace(
        account.store.specs["EURUSD"], swap_long=D("-6.6"), swap_short=D("1.2"), swap_mode="points"
    )
    now = datetime.fromtimestamp(account.clock.now().wall, UTC)
    today = now.isoweekday() % 7  # MetaTrader counts from Sunday, 0
    said = f"The night after {now:%A} counts three times: held over it, this costs about 1.98 USD in swap."
    for day, warns in ((today, True), ((today + 2) % 7, False), (None, False)):
        account.store.apply(SpecRead(replace(spec, swap_3day=day), account.clock.now()))
        assert (said in account.plans("buy 0.10 EURUSD").remarks) is warns
        assert not any("three times" in one for one in account.plans("sell 0.10 EURUSD").remarks)
