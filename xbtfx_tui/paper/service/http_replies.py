"""What the exchange answers over HTTP, as values: a status and exact bytes. Knows no socket."""

import msgspec

from xbtfx_tui.paper.service.json_bodies import write_json


class Reply(msgspec.Struct, frozen=True):
    """An HTTP answer: the status and the body's bytes."""

    status: int
    body: bytes
    content_type: str = "application/json"


def reply(value: object, status: int = 200) -> Reply:
    return Reply(status, write_json(value))


class ApiError(Exception):
    """A refusal in the API's terms (xbtfx-api.md section 4): status, code, message, and what goes with it."""

    def __init__(self, status: int, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.more = more

    def reply(self) -> Reply:
        return reply({"error": self.code, "message": self.message, **self.more}, self.status)


def invalid_request(message: str) -> ApiError:
    return ApiError(400, "invalid_request", message)


def unauthorized() -> ApiError:
    return ApiError(
        401, "unauthorized", "Missing or unknown API key. Send it as Authorization: Bearer <key>."
    )


def forbidden() -> ApiError:
    return ApiError(403, "forbidden", "This API key has no trade permission.")


def rate_limit_exceeded(retry_after_sec: int) -> ApiError:
    message = f"Weight budget spent. Retry in {retry_after_sec} s."
    return ApiError(429, "rate_limit_exceeded", message, retry_after_sec=retry_after_sec)
