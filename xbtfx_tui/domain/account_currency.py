"""Which currency an account is in, and how that is known: a state, never an assumption. Pure.

The least form of the API does not name it (xbtfx-api.md section 7). The server's word goes before all, the
account's figures before the trader's word, for a wrong one would convert every sum wrongly; where nothing
tells, nothing is converted.
"""

from collections.abc import Collection
from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.currencies import ACCOUNT_CURRENCIES

HOW_TO_TELL = (
    'tell it with :currency USD, currency = "USD" in the config file, or --currency USD '
    f"(or {', '.join(ACCOUNT_CURRENCIES[1:])})"
)
"""The end of every sentence that refuses something because the currency is not known."""

NOT_NAMED = f"the server does not name the account's currency: {HOW_TO_TELL}"


class NamedByServer(msgspec.Struct, frozen=True):
    """The server names it."""

    currency: str


class ToldByTrader(msgspec.Struct, frozen=True):
    """The trader told it; `where` is where, in words: `--currency`, `config.toml, line 3: currency`."""

    currency: str
    where: str


class ProvenByFigures(msgspec.Struct, frozen=True):
    """Profits of positions that are known in their own currency, too, fit this one alone."""

    currency: str


class CurrencyNotKnown(msgspec.Struct, frozen=True):
    """Nothing tells. `possible` are those that the figures leave: USD and USDT look the same."""

    possible: tuple[str, ...] = ACCOUNT_CURRENCIES


class KeptAnswer(msgspec.Struct, frozen=True):
    """What the trader answered in an earlier run; `currency` None: asked, and left open."""

    currency: str | None


AccountCurrency: TypeAlias = NamedByServer | ToldByTrader | ProvenByFigures | CurrencyNotKnown


def code_in(state: AccountCurrency) -> str | None:
    """The currency's code; None where it is not known."""
    return None if isinstance(state, CurrencyNotKnown) else state.currency


def currency_state(
    named: str | None, told: ToldByTrader | None, shown: Collection[str] | None
) -> AccountCurrency:
    """What is known: `named` by the server, `told` by the trader, `shown` what the figures fit; None each
    where they say nothing."""
    if named is not None:
        return NamedByServer(named)
    if shown is not None and (told is None or told.currency not in shown):
        fitting = tuple(code for code in ACCOUNT_CURRENCIES if code in shown)
        return ProvenByFigures(fitting[0]) if len(fitting) == 1 else CurrencyNotKnown(fitting)
    return CurrencyNotKnown() if told is None else told


def known_words(state: AccountCurrency) -> str:
    """What is known, and from whom, as a sentence or two."""
    match state:
        case NamedByServer(currency):
            return f"{currency}: the server names it."
        case ToldByTrader(currency, where):
            return f"{currency}: by your word ({where})."
        case ProvenByFigures(currency):
            return f"{currency}: the profits of its positions fit no other."
        case CurrencyNotKnown(possible):
            narrowed = len(possible) < len(ACCOUNT_CURRENCIES)
            fit = f" The profits of its positions fit {' or '.join(possible)}." if narrowed else ""
            return f"Not known: {NOT_NAMED}.{fit}"


def overruled_words(state: AccountCurrency, told: ToldByTrader | None) -> str | None:
    """That the trader's word is not used, and why, as a sentence; None where it is, or there is none."""
    if told is None or told.currency == code_in(state):
        return None
    word = f"{told.currency} ({told.where}) is not used"
    match state:
        case NamedByServer(currency):
            return f"The server says that the account is in {currency}: {word}."
        case ProvenByFigures(currency):
            return f"The profits of its positions show that the account is in {currency}: {word}."
        case CurrencyNotKnown(possible):
            fit = " or ".join(possible)
            return f"The profits of its positions fit an account in {fit}: {word}. Then {HOW_TO_TELL}."
        case ToldByTrader():
            return None
