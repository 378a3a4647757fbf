"""Which codes are a country's money, which are metals and coins, which an account may be in. Tables alone.

National codes: ISO 4217, list one, as SIX publishes it (amendment 176), without its funds codes and what
is no country's money (metals, bond units, SDR, tests); and CNH, the yuan that is traded outside of China and
has no code there. A table, for a library of currencies brings megabytes of names along.
"""

import re

_CODE = re.compile(r"[A-Z][A-Z0-9._-]{1,15}", re.ASCII)


def words_of(text: str) -> frozenset[str]:
    """The words of a table."""
    return frozenset(text.split())


NATIONAL = words_of(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF
    CHF CLP CNH CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR
    LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN
    PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB
    TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW
    ZWG
    """
)

METALS = words_of("XAU XAG XPT XPD XCU")

COINS = words_of(
    """
    BTC XBT ETH XRP SOL LTC ADA DOGE BCH LINK DOT UNI AVAX MATIC POL TRX XLM EOS BNB ATOM ALGO FIL NEAR APT
    ARB SHIB PEPE XMR DASH ZEC ETC SUI TON AAVE USDT USDC
    """
)

ACCOUNT_CURRENCIES = ("USD", "USDT", "BTC", "ETH", "XRP")
"""What an account may be in (xbtfx-api.md section 7)."""


def code_of(text: str | None) -> str | None:
    """A currency's code as the tables have it; None where there is none, or what stands there is no code."""
    code = (text or "").strip().upper()
    return code if _CODE.fullmatch(code) else None
