"""Whose key it is: compared in constant time, from the Authorization header or the stream's first message."""

from collections.abc import Iterable
from hmac import compare_digest

from xbtfx_tui.domain.api_key import ApiKey

_SCHEME = b"bearer "


def bearer_token(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """The token of `Authorization: Bearer <key>`, from ASGI headers; None where there is none."""
    for name, value in headers:
        if name == b"authorization" and value[: len(_SCHEME)].lower() == _SCHEME:
            return value[len(_SCHEME) :].strip()
    return None


def is_key(token: bytes | None, key: ApiKey) -> bool:
    return token is not None and compare_digest(token, key.reveal().encode())
