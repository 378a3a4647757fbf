"""What a paper exchange is started with, checked before anything starts.

Draws no randomness and opens no file until `settled` is called, which makes the key and the seed.
"""

import random
import re
import secrets
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from pathlib import Path

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.accounts import MarginMode, Permission
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.paper.account.account_config import NettingStops
from xbtfx_tui.paper.faults.fault_types import FaultScript
from xbtfx_tui.paper.market.market_hours import HoursMode

LOOPBACK = "127.0.0.1"
"""The one address the exchange listens on: it is for this machine alone."""

DEFAULT_BALANCES = {
    "USD": Decimal(10_000),
    "USDT": Decimal(10_000),
    "BTC": Decimal("0.15"),
    "ETH": Decimal(4),
    "XRP": Decimal(5_000),
}
TIERS = ("standard", "premium", "institutional")
FEWEST_SYMBOLS = 8
MOST_SYMBOLS = 1_000
_MOST_LEVERAGE = 3_000
_MOST_BALANCE = Decimal(10) ** 12
_MOST_COMMISSION = Decimal(100_000)
_MOST_PORT = 65_535
_MOST_TICK_RATE = 50
_MOST_BROKER_OFFSET = 24 * 3600
_SLOWEST = 0.01
_FASTEST = 1_000
_KEY_FORM = re.compile(r"[A-Za-z0-9_-]{8,128}")


class OptionError(ValueError):
    """An option that can't be used; the text is a sentence that names it and says what can."""


class Fills(Enum):
    """How a trade is answered: `placed` first as the live service does, or `filled` at once."""

    PLACED = "placed"
    INSTANT = "instant"


class ApiForm(Enum):
    """How much an answer tells (xbtfx-api.md): `minimal`, what every one of the vendor's documents shows and
    no more (section 8), or `rich`, with the fields that only some of them show."""

    MINIMAL = "minimal"
    RICH = "rich"


class ExchangeOptions(msgspec.Struct, frozen=True):
    """How the exchange is to be. `port` 0 = any free one. None = chosen at the start.

    `balance` is in `currency`, and so is `commission`, which every deal costs per lot. `leverage` is the N of
    1:N. `fresh` = an account without a past. `seed` None = a random one; the same seed makes the same market,
    past and login. `symbols` None = the ordinary instruments. `tick_rate` is ticks per second and symbol,
    None = as the model moves. `replay` maps symbols to files of recorded ticks (columns time_ms,bid,ask),
    played `speed` times as fast as recorded. `broker_offset` is how many seconds the broker's clock is ahead:
    in the times of deals and quotes, and in the day a deal falls into; the Date header and `next_open` tell
    the true time. `faults` are what is to go wrong; None = nothing, and nothing can be made to.
    """

    port: int = 0
    key: ApiKey | None = None
    balance: Decimal | None = None
    currency: str = "USD"
    leverage: int = 100
    margin_mode: MarginMode = MarginMode.HEDGING
    permissions: frozenset[Permission] = frozenset({Permission.TRADE, Permission.READ})
    fresh: bool = False
    fills: Fills = Fills.PLACED
    seed: int | None = None
    symbols: int | None = None
    tick_rate: float | None = None
    replay: Mapping[str, Path] = msgspec.field(default_factory=dict)
    speed: float = 1.0
    hours: HoursMode = HoursMode.ALWAYS
    login: int | None = None
    tier: str = "standard"
    form: ApiForm = ApiForm.MINIMAL
    broker_offset: int = 0
    netting_stops: NettingStops = NettingStops.KEEP
    commission: Decimal = Decimal(0)
    faults: FaultScript | None = None

    def __post_init__(self) -> None:
        """Raises OptionError for the first option that can't be used."""
        problem = next(_problems(self), None)
        if problem is not None:
            raise OptionError(problem)

    def settled(self) -> "SettledOptions":
        """These options with the key, seed, balance and login that were left open chosen.

        Raises OptionError where a replay file is not there.
        """
        for symbol, path in self.replay.items():
            if not path.is_file():
                raise OptionError(f"replay of {symbol}: there is no file {path}.")
        seed = self.seed if self.seed is not None else secrets.randbelow(2**31)
        key = self.key or ApiKey("xbtfx_live_" + secrets.token_hex(16))
        login = self.login or random.Random(f"login {seed}").randrange(10_000_000, 100_000_000)
        balance = self.balance if self.balance is not None else DEFAULT_BALANCES[self.currency]
        return SettledOptions(
            replace(self, seed=seed, key=key, login=login, balance=balance), seed, key, login, balance
        )


class SettledOptions(msgspec.Struct, frozen=True):
    """Options with nothing left open."""

    options: ExchangeOptions
    seed: int
    key: ApiKey
    login: int
    balance: Decimal


def _problems(options: ExchangeOptions) -> Iterator[str]:
    if not 0 <= options.port <= _MOST_PORT:
        yield f"port must be 0 to {_MOST_PORT} (0 = any free one), not {options.port}."
    if options.key is not None and not _usable_key(options.key.reveal()):
        yield "key must be 8 to 128 letters, digits, - and _, like xbtfx_live_ and 32 hex digits."
    if options.currency not in DEFAULT_BALANCES:
        yield f"currency must be one of {', '.join(DEFAULT_BALANCES)}, not {options.currency!r}."
    if options.balance is not None and not (
        options.balance.is_finite() and 0 < options.balance <= _MOST_BALANCE
    ):
        yield f"balance must be a number above 0, not {options.balance}."
    if not (options.commission.is_finite() and 0 <= options.commission <= _MOST_COMMISSION):
        yield f"commission must be 0 to {_MOST_COMMISSION} a lot, not {options.commission}."
    if not 1 <= options.leverage <= _MOST_LEVERAGE:
        yield f"leverage must be 1 to {_MOST_LEVERAGE} (100 means 1:100), not {options.leverage}."
    if Permission.READ not in options.permissions:
        yield "permissions must hold read: trade,read or read."
    if options.symbols is not None and not FEWEST_SYMBOLS <= options.symbols <= MOST_SYMBOLS:
        yield f"symbols must be {FEWEST_SYMBOLS} to {MOST_SYMBOLS}, not {options.symbols}."
    yield from _pace_problems(options)
    if abs(options.broker_offset) > _MOST_BROKER_OFFSET:
        yield (
            f"broker-offset must be {-_MOST_BROKER_OFFSET} to {_MOST_BROKER_OFFSET} seconds,"
            f" not {options.broker_offset}."
        )
    if options.login is not None and options.login <= 0:
        yield f"login must be a number above 0, not {options.login}."
    if options.tier not in TIERS:
        yield f"tier must be one of {', '.join(TIERS)}, not {options.tier!r}."


def _pace_problems(options: ExchangeOptions) -> Iterator[str]:
    if options.tick_rate is not None and not 0 < options.tick_rate <= _MOST_TICK_RATE:
        yield f"tick rate must be above 0 and {_MOST_TICK_RATE} a second at most, not {options.tick_rate}."
    if not _SLOWEST <= options.speed <= _FASTEST:
        yield f"speed must be {_SLOWEST} to {_FASTEST}, not {options.speed}."


def _usable_key(text: str) -> bool:
    return _KEY_FORM.fullmatch(text) is not None


def parse_replay(text: str) -> tuple[str, Path]:
    """`SYMBOL=FILE` as the command line takes it; raises OptionError."""
    symbol, equals, path = text.partition("=")
    if not (symbol and equals and path):
        raise OptionError(f"replay takes SYMBOL=FILE, like EURUSD=ticks.csv, not {text!r}.")
    return symbol, Path(path).expanduser()


def parse_permissions(text: str) -> frozenset[Permission]:
    """`trade,read` or `read` as the command line takes it; raises OptionError."""
    known = {permission.value: permission for permission in Permission}
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words or any(word not in known for word in words):
        raise OptionError(f"permissions takes trade,read or read, not {text!r}.")
    return frozenset(known[word] for word in words)
