"""Whether the `[keys]` of the config can be bound, for every command that reads them. Binds nothing.

What the screen knows of keys is imported only where there are any to look at.
"""

from xbtfx_tui.config.settings import Settings, check_actions, check_keys


def check_key_settings(settings: Settings) -> None:
    """Raise SettingsError for an action that does not exist, and for keys that can't be given to it."""
    if not settings.keys:
        return
    from xbtfx_tui.ui.dialog_keys import find_clash
    from xbtfx_tui.ui.key_bindings import ACTION_IDS

    check_actions(settings, ACTION_IDS)
    check_keys(settings, find_clash)
