"""What a POST came to, and why a GET failed: HTTP status, headers and body in, one typed value out.

The classes are order-safety.md's fault table. A doubt is never settled here in favour of "done" or of "not
done": what contradicts itself or can't be read is a GarbledAnswer, and the desk finds out what is true.
Never raises.
"""

from collections.abc import Mapping
from enum import Enum

from xbtfx_tui.domain.failures import (
    BridgeDown,
    BridgeTimedOut,
    Failure,
    GarbledAnswer,
    RateLimited,
    Refused,
    ServerFault,
)
from xbtfx_tui.domain.order_outcomes import (
    BulkClosed,
    BulkLine,
    Done,
    Filled,
    FilledInPart,
    HalfReversed,
    Placed,
    Rejected,
    Result,
    Reversed,
)
from xbtfx_tui.domain.retcodes import REFUSING_RETCODES
from xbtfx_tui.wire import order_requests
from xbtfx_tui.wire.json_fields import JsonObject, as_decimal, decode, normal
from xbtfx_tui.wire.wire_errors import WireError

OK, MULTI_STATUS = 200, 207
TOO_MANY, UNAVAILABLE, GATEWAY_TIME_OUT = 429, 503, 504
_REFUSALS = frozenset({400, 401, 403, 404, 422})
_FIRST_SERVER_FAULT = 500

_PLACED_CODE, _DONE_CODE, _PART_CODE = 10008, 10009, 10010

_DEFAULT_WAIT = 1.0
_SHORTEST_WAIT, _LONGEST_WAIT = 0.1, 120.0


class _Verdict(Enum):
    DONE = "done"
    PLACED = "placed"
    PART = "part"
    REFUSED = "refused"


# `ok` and `success` say only that it went well: the retcode may refine them. The others must agree with it.
_WENT_WELL = frozenset({"ok", "success"})
_WORDS = {
    "filled": _Verdict.DONE,
    "done": _Verdict.DONE,
    "closed": _Verdict.DONE,
    "placed": _Verdict.PLACED,
    "partial": _Verdict.PART,
    "partiallyfilled": _Verdict.PART,
    "rejected": _Verdict.REFUSED,
    "mt5rejected": _Verdict.REFUSED,
    "failed": _Verdict.REFUSED,
    "error": _Verdict.REFUSED,
}
_SUCCESS = {_Verdict.DONE, _Verdict.PLACED}
_CODES = {_PLACED_CODE: _Verdict.PLACED, _DONE_CODE: _Verdict.DONE, _PART_CODE: _Verdict.PART}


def read_answer(path: str, http_status: int, headers: Mapping[str, str], body: bytes) -> Result:
    """What the server made of a POST to `path` (one of wire.order_requests' paths)."""
    if http_status not in (OK, MULTI_STATUS):
        return _failure(http_status, headers, body)
    try:
        row = JsonObject(decode(body, "The answer"), "The answer:")
        if http_status == MULTI_STATUS:
            return _half_reversed(path, row)
        if path in (order_requests.CLOSE_ALL, order_requests.CLOSE_SYMBOL):
            return _bulk(row)
        if path == order_requests.REVERSE:
            return _reversed(row)
        return _single(path, row)
    except WireError as error:
        return GarbledAnswer(http_status, str(error))


def read_failure(http_status: int, headers: Mapping[str, str], body: bytes) -> Failure:
    """Why a GET was answered with anything but 200."""
    failure = _failure(http_status, headers, body)
    if isinstance(failure, FilledInPart):  # means nothing to a GET
        return Refused(http_status, "rejected", failure.message, failure.retcode)
    return failure


# --- 200 and 207 -----------------------------------------------------------------------------------------


def _single(path: str, row: JsonObject) -> Result:
    retcode = row.integer_or_none("retcode")
    match _verdict(row):
        case _Verdict.REFUSED:
            return Rejected(retcode, _message(row))
        case _Verdict.PART:
            return FilledInPart(retcode or _PART_CODE, _message(row))
        case _Verdict.PLACED:
            return Placed(retcode)
        case _Verdict.DONE if path in (order_requests.MODIFY, order_requests.CLOSE_BY):
            return Done(retcode)
        case _Verdict.DONE:
            return Filled(
                retcode=retcode,
                deal=row.ticket_or_none("deal"),
                order=row.ticket_or_none("order"),
                price=row.positive_or_none("price"),
                volume=row.positive_or_none("volume"),
            )


def _reversed(row: JsonObject) -> Result:
    close, opened = row.row_or_none("close"), row.row_or_none("open")
    if close is None:  # refused or accepted as a whole
        return _whole_reverse(row)
    closing = _verdict(close)
    opening = _verdict(opened) if opened is not None else None
    if closing is _Verdict.REFUSED:
        if opening in (None, _Verdict.REFUSED):
            return Rejected(close.integer_or_none("retcode"), _message(close) or _message(row))
        raise WireError("The answer says that the close was refused and the opposite opened all the same.")
    if opened is None:
        raise WireError("The answer tells nothing of the reverse's second half.")
    if opening is _Verdict.REFUSED:
        _must_refuse(opened)
        return HalfReversed(
            _warning(row, opened), close.ticket_or_none("deal"), close.positive_or_none("price")
        )
    if _Verdict.PART in (closing, opening):
        return FilledInPart(_PART_CODE, _message(row))
    if _Verdict.PLACED in (closing, opening):
        return Placed(_PLACED_CODE)
    return Reversed(
        close_deal=close.ticket_or_none("deal"),
        close_price=close.positive_or_none("price"),
        open_deal=opened.ticket_or_none("deal"),
        open_order=opened.ticket_or_none("order"),
        open_price=opened.positive_or_none("price"),
        volume=opened.positive_or_none("volume"),
        side=opened.side_or_none("side"),
    )


def _whole_reverse(row: JsonObject) -> Result:
    result = _single(order_requests.REVERSE, row)
    if isinstance(result, Filled):
        raise WireError("The answer to the reverse tells neither of its halves.")
    return result


def _half_reversed(path: str, row: JsonObject) -> Result:
    if path != order_requests.REVERSE:
        raise WireError(f"Status 207 makes no sense for {path}.")
    close, opened = row.row_or_none("close"), row.row_or_none("open")
    if close is not None and _verdict(close) is _Verdict.REFUSED:
        raise WireError("Status 207 says that the close was done, the body says that it was refused.")
    if opened is not None and opened.raw("status") is not None and _verdict(opened) is not _Verdict.REFUSED:
        raise WireError("Status 207 says that the open was not done, the body says that it was.")
    if opened is not None:
        _must_refuse(opened)
    return HalfReversed(
        warning=_warning(row, opened),
        close_deal=close.ticket_or_none("deal") if close is not None else None,
        close_price=close.positive_or_none("price") if close is not None else None,
    )


def _must_refuse(opened: JsonObject) -> None:
    """Raises WireError where the code given for the second half does not prove that it was not done."""
    retcode = opened.integer_or_none("retcode")
    if retcode is not None and retcode not in REFUSING_RETCODES:
        raise WireError(f"Code {retcode} does not tell whether the reverse's second half was done.")


def _bulk(row: JsonObject) -> Result:
    if row.raw("closed") is None and row.raw("status") is not None:
        refused = _single(order_requests.CLOSE_ALL, row)
        if isinstance(refused, Rejected | Placed):
            return refused
    details = row.raw("details")
    if details is not None and not isinstance(details, list):
        raise row.bad(("details",), details, "a list")
    closed, failed = row.integer("closed"), row.integer_or_none("failed") or 0
    if closed < 0 or failed < 0:
        raise WireError(f"The answer counts {closed} closed and {failed} failed.")
    lines = tuple(
        _bulk_line(JsonObject(value, f"The answer, line {place},"))
        for place, value in enumerate(details or (), 1)
    )
    return BulkClosed(closed, failed, row.decimal_or_zero("total_profit"), lines)


def _bulk_line(row: JsonObject) -> BulkLine:
    return BulkLine(
        ticket=row.ticket("ticket"),
        status=row.text_or_none("status") or "",
        retcode=row.integer_or_none("retcode"),
        deal=row.ticket_or_none("deal"),
        price=row.positive_or_none("price"),
        profit=row.decimal_or_none("profit"),
    )


def _verdict(row: JsonObject) -> _Verdict:
    """What status and retcode say together; WireError where they contradict each other."""
    status, retcode = row.raw("status"), row.integer_or_none("retcode")
    word = normal(status) if isinstance(status, str) else ""
    by_code = None if retcode is None else _CODES.get(retcode, _Verdict.REFUSED)
    if word in _WENT_WELL:
        by_word = by_code or _Verdict.DONE
        contradicts = by_code is _Verdict.REFUSED
    elif (known := _WORDS.get(word)) is not None:
        by_word = _Verdict.PART if by_code is _Verdict.PART else known
        # 10008 and 10009 both mean success, with either word (xbtfx-api.md section 3).
        success = {by_word, by_code} <= _SUCCESS
        contradicts = by_code not in (None, by_word) and not success
    else:
        raise row.bad(("status",), status, "a status the API knows")
    if contradicts:
        raise WireError(f"The answer contradicts itself: status {word} with code {retcode}.")
    return by_word


def _warning(row: JsonObject, opened: JsonObject | None) -> str:
    return row.text_or_none("warning") or (_message(opened) if opened is not None else "") or _message(row)


def _message(row: JsonObject) -> str:
    return row.text_or_none("message", "warning", "comment") or ""


# --- every other status ----------------------------------------------------------------------------------


def _failure(http_status: int, headers: Mapping[str, str], body: bytes) -> Failure | FilledInPart:
    row = _error_row(body)
    code = (row.text_or_none("error", "code") or "").strip().lower() if row is not None else ""
    message = _message(row) if row is not None else ""
    if http_status == TOO_MANY:
        return RateLimited(_wait(headers, row), message)
    if http_status == GATEWAY_TIME_OUT:
        return BridgeTimedOut(message)
    if http_status == UNAVAILABLE and code == "bridge_unavailable":
        return BridgeDown(message)
    if http_status >= _FIRST_SERVER_FAULT or http_status not in _REFUSALS:
        return ServerFault(http_status, message or code or _described(http_status))
    if row is None or not code:
        return GarbledAnswer(http_status, "The answer does not come from the trading API.")
    return _refusal(http_status, code, message, row)


def _refusal(http_status: int, code: str, message: str, row: JsonObject) -> Failure | FilledInPart:
    try:
        retcode = row.integer_or_none("retcode")
    except WireError as error:
        return GarbledAnswer(http_status, str(error))
    if retcode in (_DONE_CODE, _PLACED_CODE):
        return GarbledAnswer(http_status, f"The answer contradicts itself: {code} with code {retcode}.")
    if retcode == _PART_CODE:
        return FilledInPart(_PART_CODE, message)
    return Refused(
        http_status=http_status,
        code="rejected" if code == "mt5_rejected" else code,
        message=message,
        retcode=retcode,
        next_open=row.moment_or_none("next_open"),
    )


def _error_row(body: bytes) -> JsonObject | None:
    try:
        return JsonObject(decode(body, "The answer"), "The answer:")
    except WireError:
        return None


def _described(http_status: int) -> str:
    if 300 <= http_status < 400:
        return "the server wants to redirect, which is not followed"
    return f"HTTP status {http_status}"


def _wait(headers: Mapping[str, str], row: JsonObject | None) -> float:
    """Seconds to wait after a 429: from the body, else from Retry-After, else 1; kept within 0.1 to 120."""
    said = as_decimal(row.raw("retry_after_sec", "retry_after")) if row is not None else None
    if said is None:
        said = as_decimal(next((v for k, v in headers.items() if k.lower() == "retry-after"), None))
    if said is None or said < 0:
        return _DEFAULT_WAIT
    return min(max(float(said), _SHORTEST_WAIT), _LONGEST_WAIT)
