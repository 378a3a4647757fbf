"""The one place that makes a time text for the screen: UTC, the machine's zone, the broker's or a named one.

What is known of the broker's zone is what its quotes tell (domain.server_time). While that is not known, or
the server tells its times in UTC, times are UTC, and the word beside them says so.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from xbtfx_tui.domain.server_time import ServerTime
from xbtfx_tui.domain.time_zones import TimesIn, ZoneChoice

NOT_KNOWN = "The zone of the broker's clock is not known yet: times are UTC until quotes tell it."
TELLS_UTC = (
    "The server tells its times in UTC and not which zone the broker's clock is in: times stay UTC. "
    'In the config, times = "Europe/Athens" and the like name one.'
)


class ScreenTimes:
    """Times as the settings have them. `server` gives what is known of the server's clock now."""

    def __init__(self, chosen: ZoneChoice, server: Callable[[], ServerTime]) -> None:
        self._chosen = chosen
        self._server = server
        self._told: str | None = None

    @property
    def word(self) -> str:
        """Which clock the texts are of: `UTC`, `local`, `broker`, or a zone's own name (`Athens`)."""
        match self._chosen:
            case TimesIn.UTC:
                return "UTC"
            case TimesIn.LOCAL:
                return "local"
            case TimesIn.BROKER:
                return "broker" if self._broker_ahead else "UTC"
            case zone:
                return str(zone).rpartition("/")[2].replace("_", " ")

    @property
    def zone(self) -> tzinfo | None:
        """That clock's zone; None is the machine's own, as `datetime` has it."""
        match self._chosen:
            case TimesIn.UTC:
                return UTC
            case TimesIn.LOCAL:
                return None
            case TimesIn.BROKER:
                ahead = self._broker_ahead
                return timezone(ahead) if ahead else UTC
            case zone:
                return zone

    @property
    def _broker_ahead(self) -> timedelta | None:
        return self._server().ahead_of_utc

    def at(self, wall: float) -> datetime:
        """Unix time by the chosen clock."""
        return datetime.fromtimestamp(wall, self.zone)

    def clock(self, wall: float) -> str:
        """Unix time as HH:MM:SS."""
        return f"{self.at(wall):%H:%M:%S}"

    def dated(self, wall: float) -> str:
        """Unix time as `2026-03-04 08:55:31`."""
        return f"{self.at(wall):%Y-%m-%d %H:%M:%S}"

    def clock_or_day(self, wall: float, now: float) -> str:
        """The same; the day (`04 Mar`) where that is another one than at `now`."""
        at = self.at(wall)
        return f"{at:%H:%M:%S}" if at.date() == self.at(now).date() else f"{at:%d %b}"

    def of_server(self, told: datetime) -> float:
        """The unix time of a moment that the server told: where its quotes show that it writes the times of
        another zone as UTC, that zone is taken off."""
        return (told - (self._broker_ahead or timedelta())).timestamp()

    def day_and_clock(self, told: datetime) -> str:
        """A moment that the server told, as `04 Mar 08:55:31`."""
        return f"{self.at(self.of_server(told)):%d %b %H:%M:%S}"

    def heading(self, width: int) -> str:
        """The title of a column of times, as much of it as fits: `time (UTC)`, `UTC`."""
        word = self.word
        return next((text for text in (f"time ({word})", f"time {word}") if len(text) <= width), word)

    def news(self) -> str | None:
        """What became known of the broker's clock since the last call, as a sentence; None: nothing, or it
        makes no difference."""
        if self._chosen is not TimesIn.BROKER:
            return None
        ahead = self._broker_ahead
        if ahead is None:
            sentence = NOT_KNOWN if self._told is None else self._told
        elif ahead:
            sentence = f"The broker's clock is {timezone(ahead)}: times are told by it."
        else:
            sentence = TELLS_UTC
        is_news, self._told = sentence != self._told, sentence
        return sentence if is_news else None
