"""What traders call the things behind a symbol's name, since the API's list of symbols has no descriptions.

For finding alone: nothing is priced or sent by a nickname.
"""

from functools import lru_cache

_CALLED = {
    "XAU": "gold",
    "XAG": "silver",
    "XPT": "platinum",
    "XPD": "palladium",
    "XTI": "oil crude wti",
    "WTI": "oil crude",
    "XBR": "oil crude brent",
    "BRENT": "oil crude",
    "XNG": "natural gas",
    "NGAS": "natural gas",
    "NDX": "nasdaq 100 ustec us100",
    "NAS": "nasdaq 100 ndx",
    "SPX": "s&p 500 us500",
    "US500": "s&p 500 spx",
    "DJI": "dow jones us30 wall street",
    "US30": "dow jones dji wall street",
    "GER": "dax germany",
    "DE40": "dax germany",
    "UK100": "ftse footsie",
    "FRA40": "cac france",
    "EU50": "euro stoxx",
    "JP225": "nikkei japan",
    "HK50": "hang seng hong kong",
    "AUS200": "asx australia",
    "BTC": "bitcoin",
    "ETH": "ether ethereum",
    "XRP": "ripple",
    "SOL": "solana",
    "LTC": "litecoin",
    "ADA": "cardano",
    "DOGE": "dogecoin",
    "EUR": "euro",
    "GBP": "pound sterling",
    "GBPUSD": "cable",
    "JPY": "yen",
    "CHF": "swiss franc swissy",
    "AUD": "aussie australian dollar",
    "NZD": "kiwi new zealand dollar",
    "CAD": "loonie canadian dollar",
    "SEK": "swedish krona",
    "NOK": "norwegian krone",
    "DKK": "danish krone",
    "PLN": "polish zloty",
    "HUF": "hungarian forint",
    "CZK": "czech koruna",
    "TRY": "turkish lira",
    "ZAR": "south african rand",
    "MXN": "mexican peso",
    "SGD": "singapore dollar",
    "HKD": "hong kong dollar",
    "CNH": "chinese yuan renminbi",
    "AAPL": "apple",
    "MSFT": "microsoft",
    "NVDA": "nvidia",
    "TSLA": "tesla",
    "AMZN": "amazon",
    "GOOG": "google alphabet",
    "META": "facebook",
    "NFLX": "netflix",
}


@lru_cache(maxsize=4096)
def nicknames(symbol: str) -> str:
    """The words that a trader might look for this symbol by, one space between; empty where none is known."""
    return " ".join(words for part, words in _CALLED.items() if part in symbol)
