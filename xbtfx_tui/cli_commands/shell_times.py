"""The clock by which the tables of the shell's commands tell times: the config's. JSON is always in UTC."""

import os
from typing import TYPE_CHECKING

from xbtfx_tui.config.config_file import load_config
from xbtfx_tui.config.file_paths import config_path, home_dir
from xbtfx_tui.domain.time_zones import TimesIn, ZoneChoice

if TYPE_CHECKING:
    from xbtfx_tui.ui.screen_times import ScreenTimes


def configured_times() -> "ScreenTimes":
    """As the config file has them, for a command that needs nothing else of it. Raises SettingsError."""
    found = load_config(config_path(os.environ), home_dir(os.environ), required=False).times
    return times_in(TimesIn.UTC if found is None else found.value)


def times_in(chosen: ZoneChoice) -> "ScreenTimes":
    """Times by this clock. A broker's is not measured here, where no quotes come: its times are UTC."""
    from xbtfx_tui.domain.server_time import ServerTime
    from xbtfx_tui.ui.screen_times import ScreenTimes

    return ScreenTimes(chosen, ServerTime)
