"""An event loop on real sockets whose time leaps: where it would wait, the time has simply gone by.

Both ends of every socket live in this loop, and loopback brings bytes at once, so that nothing is on its way
when time leaps. Work for threads is done in the loop, `disk` seconds later: a run is the same each time.
Names are resolved here and nowhere else.
"""

import asyncio
import contextlib
import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

LOOPBACK = "127.0.0.1"
EXCHANGE = "exchange.test"
"""The one name there is."""

_LAST_HOPE = 10.0

T = TypeVar("T")


class LeapingSelector(selectors.EpollSelector):
    """Never waits while it leaps; else it waits as usual, and `now` goes on with the machine's clock."""

    def __init__(self) -> None:
        super().__init__()
        self._leapt = 0.0
        self._walking_since: float | None = None

    @property
    def now(self) -> float:
        walked = 0.0 if self._walking_since is None else time.monotonic() - self._walking_since
        return self._leapt + walked

    def leap(self, seconds: float) -> None:
        self._leapt += seconds

    def walks_on_from(self, other: "LeapingSelector") -> None:
        """Real time from now on, and the same as another's that walks."""
        self._leapt, self._walking_since = other._leapt, other._walking_since

    @contextlib.contextmanager
    def walking(self) -> Iterator[None]:
        """Real time, for as long as another process is a part of it."""
        self._walking_since = time.monotonic()
        try:
            yield
        finally:
            self._leapt, self._walking_since = self.now, None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self._walking_since is not None:
            return super().select(timeout)
        ready = super().select(0)
        if ready or (timeout is not None and timeout <= 0):
            return ready
        if timeout is None:  # only a thread can still bring something
            ready = super().select(_LAST_HOPE)
            assert ready, "nothing will ever happen again"
            return ready
        self._leapt += timeout
        return []


class LeapingLoop(asyncio.SelectorEventLoop):
    """`disk` draws how long work in a thread takes; `resolve` says where a name and port lead."""

    def __init__(self) -> None:
        self.leaping = LeapingSelector()
        self.disk: Callable[[], float] = lambda: 0.0
        self.has_threads = False
        self._work: dict[int, deque[Callable[[], None]]] = {}
        self.resolve: Callable[[int], int] = lambda port: port
        super().__init__(self.leaping)

    def time(self) -> float:
        return self.leaping.now

    def run_in_executor(  # type: ignore[override]  # the stubs' own variadic form
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        if self.has_threads:
            return super().run_in_executor(executor, func, *args)
        if isinstance(executor, ThreadPoolExecutor) and executor._shutdown:
            raise RuntimeError("cannot schedule new futures after shutdown")
        done: asyncio.Future[T] = self.create_future()

        def work() -> None:
            # A thread does what it was given, whoever stopped waiting for it.
            try:
                result = func(*args)
            except Exception as error:
                if not done.cancelled():
                    done.set_exception(error)
            else:
                if not done.cancelled():
                    done.set_result(result)

        # One after another, as the one thread of a journal does it.
        waiting = self._work.setdefault(id(executor), deque())
        waiting.append(work)

        def next_work() -> None:
            waiting.popleft()()

        self.call_later(self.disk(), next_work)
        return done

    async def shutdown_default_executor(self, *timeout: float | None) -> None:
        """From Python 3.12 on the loop waits so long for its threads at the most; they live in real time."""
        with self.leaping.walking():
            await super().shutdown_default_executor(*timeout)

    async def getaddrinfo(
        self,
        host: Any,
        port: Any,
        *,
        family: int = 0,
        type: int = 0,  # noqa: A002 asyncio's own name
        proto: int = 0,
        flags: int = 0,
    ) -> list[tuple[Any, ...]]:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in (EXCHANGE, LOOPBACK):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        # A port below 0 stands for a name that can't be found at the moment.
        if (led := self.resolve(int(port))) < 0:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (LOOPBACK, led))]


def leaping_loop() -> LeapingLoop:
    """The loop that runs now."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, LeapingLoop)
    return loop


def run_by_leaps(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run it to its end in a loop of its own."""
    with asyncio.Runner(loop_factory=LeapingLoop) as runner:
        return runner.run(work())
