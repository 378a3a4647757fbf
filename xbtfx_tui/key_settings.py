"""Whether what the config sets for the screen can be used, for every command that reads it. Binds nothing.

What the screen knows of keys and themes is imported only where there is something to look at.
"""

from collections.abc import Mapping

from xbtfx_tui.config.config_file import ConfigFileError
from xbtfx_tui.config.setting_types import SettingsError, Sourced
from xbtfx_tui.config.settings import Settings, key_mistakes, theme_mistakes


def check_keys(settings: Settings) -> None:
    """Raise SettingsError for all that can't be used of [keys]: an action that does not exist, a key that
    can't be given to one."""
    if mistakes := _of_keys(settings.keys):
        raise SettingsError(*mistakes)


def check_keys_and_theme(settings: Settings) -> None:
    """The same, for a run with a screen: also for a theme that does not exist."""
    theme = (
        None if settings.theme is None else Sourced(settings.theme, settings.origins.get("theme", "theme"))
    )
    if mistakes := (*_of_theme(theme), *_of_keys(settings.keys)):
        raise SettingsError(*mistakes)


def with_the_screens(error: SettingsError) -> SettingsError:
    """The same, of a config file with what is wrong in its theme and [keys], too."""
    if not isinstance(error, ConfigFileError):
        return error
    return SettingsError(*error.args, *_of_theme(error.read.common.theme), *_of_keys(error.read.keys))


def _of_theme(theme: Sourced[str] | None) -> tuple[str, ...]:
    if theme is None:
        return ()
    from xbtfx_tui.ui.colour_themes import theme_names

    return tuple(theme_mistakes(theme, theme_names()))


def _of_keys(keys: Mapping[str, Sourced[tuple[str, ...]]]) -> tuple[str, ...]:
    if not keys:
        return ()
    from xbtfx_tui.ui.dialog_keys import find_clash
    from xbtfx_tui.ui.key_bindings import ACTION_IDS

    return tuple(key_mistakes(keys, ACTION_IDS, find_clash))
