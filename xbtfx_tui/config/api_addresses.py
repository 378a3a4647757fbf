"""Where the API is: which addresses may be used, and how the stream's follows from the REST one.

The key goes to these addresses, so plain http and ws are for this machine alone and everything that two
parsers could read differently (user names, backslashes, other alphabets) is refused.
"""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from xbtfx_tui.config.setting_types import WrongValueError

LIVE_REST = "https://interface.xbtfx.com"
LIVE_STREAM = "wss://ws.xbtfx.com/v1/ws"
STREAM_PATH = "/v1/ws"

_IPV4_LOOPBACK = ipaddress.IPv4Network("127.0.0.0/8")
_IPV6_LOOPBACK = ipaddress.IPv6Address("::1")


def rest_address(raw: object) -> str:
    """A REST base: https to any host, http to this machine; without a path. Raises WrongValueError."""
    parts = _split(raw, secure="https", plain="http", example=LIVE_REST)
    if parts.path not in ("", "/"):
        raise WrongValueError(f"it takes the scheme and host alone, like {parts.scheme}://{parts.netloc}")
    return f"{parts.scheme}://{parts.netloc}"


def stream_address(raw: object) -> str:
    """A stream address: wss to any host, ws to this machine; the path is /v1/ws unless given.

    Raises WrongValueError.
    """
    parts = _split(raw, secure="wss", plain="ws", example=LIVE_STREAM)
    path = parts.path if parts.path not in ("", "/") else STREAM_PATH
    return f"{parts.scheme}://{parts.netloc}{path}"


def stream_beside(rest: str) -> str:
    """The stream address on the host of a REST base."""
    parts = urlsplit(rest)
    return f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}{STREAM_PATH}"


def is_loopback(address: str) -> bool:
    """Whether an address is on this machine: localhost, 127.0.0.0/8 or ::1."""
    return _names_this_machine(urlsplit(address).hostname or "")


def _split(raw: object, *, secure: str, plain: str, example: str) -> SplitResult:
    """The parts of an address whose scheme and host may be used."""
    takes = f"it takes an address like {example}"
    if not isinstance(raw, str):
        raise WrongValueError(takes)
    if not raw.isascii() or not raw.isprintable() or any(c in raw for c in " \\@?#%"):
        raise WrongValueError(f"{takes}, without user names, spaces, ?, # or %")
    try:
        parts = urlsplit(raw)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise WrongValueError(takes) from None
    if parts.scheme not in (secure, plain) or not host or port == 0 or parts.netloc.endswith(":"):
        raise WrongValueError(takes)
    if parts.scheme == plain and not _names_this_machine(host):
        raise WrongValueError(
            f"plain {plain} goes only to this machine (localhost, 127.0.0.1 or ::1),"
            f" so that the key is never sent in the open; use {secure}"
        )
    return parts


def _names_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return address in _IPV4_LOOPBACK
    return address == _IPV6_LOOPBACK
