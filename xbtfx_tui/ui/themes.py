"""The colours: three themes of our own beside Textual's. Colour is never the only sign of anything."""

from textual.theme import BUILTIN_THEMES, Theme

DEFAULT_THEME = "xbtfx-dark"

OWN_THEMES = (
    Theme(
        name="xbtfx-dark",
        primary="#4c8dd6",
        secondary="#6f7f95",
        accent="#e8b339",
        foreground="#c9d1db",
        background="#0c1016",
        surface="#11161e",
        panel="#1a212c",
        success="#2ebd85",
        warning="#e8b339",
        error="#f0525f",
        dark=True,
        variables={"muted": "#738096", "rule": "#2a3442", "cursor": "#1f3350"},
    ),
    Theme(
        name="xbtfx-light",
        primary="#1f5fa8",
        secondary="#5d6b7d",
        accent="#8a5a00",
        foreground="#1b232d",
        background="#f6f7f9",
        surface="#eef0f3",
        panel="#e2e6eb",
        success="#0a7a4b",
        warning="#8a5a00",
        error="#c02434",
        dark=False,
        variables={"muted": "#667385", "rule": "#c3cad3", "cursor": "#cfe0f5"},
    ),
    Theme(
        name="xbtfx-contrast",
        primary="#00afff",
        secondary="#d0d0d0",
        accent="#ffff00",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#1c1c1c",
        success="#00ff5f",
        warning="#ffff00",
        error="#ff5f5f",
        dark=True,
        variables={"muted": "#bcbcbc", "rule": "#767676", "cursor": "#00005f"},
    ),
)

FALLBACK_VARIABLES = {"muted": "#808080", "rule": "#505050", "cursor": "#264f78"}
"""What our styles need and Textual's own themes do not name."""


def theme_names() -> tuple[str, ...]:
    """Every theme there is: ours first, then Textual's."""
    return (*(theme.name for theme in OWN_THEMES), *BUILTIN_THEMES)
