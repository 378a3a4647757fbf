"""How long the stream waits for what. All in seconds."""

import msgspec


class StreamTimings(msgspec.Struct, frozen=True):
    """xbtfx-api.md section 6. `steps` are the waits before each new try, the last for all that follow;
    a connection that lived for `steady` begins at the first step again, one that lived for `settled` waits
    for the third at the most. Each `metered` a quote's own time is looked at; from `late` on it is taken for
    a delay, unless a ping is answered within `prompt`.

    A key that is refused `refusal` after its connection was begun may not have been heard at all: the server
    waits 10 s for it. After `second_look` in the older dialect the current one is tried anew, where the
    server may well speak it.
    """

    open: float = 10.0
    answer: float = 10.0
    ping: float = 30.0
    silence: float = 35.0
    steady: float = 60.0
    settled: float = 5.0
    closing: float = 1.0
    malformed: float = 1.0
    metered: float = 0.25
    late: float = 2.0
    prompt: float = 1.0
    refusal: float = 8.0
    second_look: float = 60.0
    steps: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0)
