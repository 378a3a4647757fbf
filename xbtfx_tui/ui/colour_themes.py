"""The colours: themes of our own beside Textual's. Colour is never the only sign of anything.

The greys and the cursor are chosen so that a terminal of 256 colours shows them as what they are meant to be.
"""

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from xbtfx_tui.ui.screen_options import DEFAULT_THEME

FEW_COLOURS_THEME = "xbtfx-ansi"
"""Drawn in the terminal's own 16 colours, on its own background."""

# Of xbtfx-cvd up is blue and down orange (Okabe and Ito's), which eyes of every kind tell apart.
OWN_THEMES = (
    Theme(
        name="xbtfx-dark",
        primary="#4c8dd6",
        secondary="#6f7f95",
        accent="#e8b339",
        foreground="#c9d1db",
        background="#0c1016",
        surface="#11161e",
        panel="#20242b",
        success="#2ebd85",
        warning="#e8b339",
        error="#f0525f",
        dark=True,
        variables={
            "muted": "#77849a",
            "rule": "#30353e",
            "cursor": "#1f2e50",
            "bid-bar": "#257f5c",
            "ask-bar": "#a02e2e",
        },
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
        variables={
            "muted": "#5f6b7c",
            "rule": "#b4b8be",
            "cursor": "#c8dcf7",
            "bid-bar": "#6fc7a0",
            "ask-bar": "#eb9aa2",
        },
    ),
    Theme(
        name="xbtfx-contrast",
        primary="#00afff",
        secondary="#d0d0d0",
        accent="#ffff00",
        foreground="#ffffff",
        background="#000000",
        surface="#000000",
        panel="#303030",
        success="#00ff5f",
        warning="#ffff00",
        error="#ff5f5f",
        dark=True,
        variables={
            "muted": "#bcbcbc",
            "rule": "#767676",
            "cursor": "#0000af",
            "bid-bar": "#00af5f",
            "ask-bar": "#d75f5f",
        },
    ),
    Theme(
        name="xbtfx-cvd",
        primary="#4c8dd6",
        secondary="#6f7f95",
        accent="#e8d44d",
        foreground="#c9d1db",
        background="#0c1016",
        surface="#11161e",
        panel="#20242b",
        success="#56b4e9",
        warning="#e8d44d",
        error="#e8862e",
        dark=True,
        variables={
            "muted": "#77849a",
            "rule": "#30353e",
            "cursor": "#1f2e50",
            "bid-bar": "#2f6f9a",
            "ask-bar": "#8f5420",
        },
    ),
    Theme(
        name=FEW_COLOURS_THEME,
        ansi=True,
        primary="ansi_cyan",
        secondary="ansi_magenta",
        accent="ansi_cyan",
        foreground="ansi_default",
        background="ansi_default",
        surface="ansi_default",
        panel="ansi_default",
        boost="ansi_default",
        success="ansi_green",
        warning="ansi_yellow",
        error="ansi_red",
        dark=True,
        variables={
            **BUILTIN_THEMES["ansi-dark"].variables,
            "border": "ansi_cyan",
            "border-blurred": "ansi_default",
        },
    ),
)


def fallback_variables(theme: Theme) -> dict[str, str]:
    """What our styles need and Textual's own themes do not name, mixed from the theme's own colours."""
    if theme.ansi:
        return {
            "muted": "ansi_default",
            "rule": "ansi_bright_black",
            "cursor": "ansi_default",
            "bid-bar": "ansi_green",
            "ask-bar": "ansi_red",
        }
    colours = {name: Color.parse(value) for name, value in _named_colours(theme).items()}
    background = colours["background"]
    return {
        "muted": background.blend(colours["foreground"], 0.6).hex,
        "rule": background.blend(colours["foreground"], 0.25).hex,
        "cursor": background.blend(colours["primary"], 0.3).hex,
        "bid-bar": background.blend(colours["success"], 0.6).hex,
        "ask-bar": background.blend(colours["error"], 0.6).hex,
    }


def _named_colours(theme: Theme) -> dict[str, str]:
    every = theme.to_color_system().generate()
    return {name: every[name] for name in ("background", "foreground", "primary", "success", "error")}


def theme_for(wanted: str, colour_system: str | None) -> str:
    """The theme to begin with on a terminal of these colours (Rich's word: `truecolor`, `256`, `standard`).

    Sixteen colours turn mixed ones into wrong ones (green into cyan, a dark bar into nothing), so the usual
    theme gives way there; one that the trader chose does not.
    """
    few = colour_system not in ("truecolor", "256")
    return FEW_COLOURS_THEME if few and wanted == DEFAULT_THEME else wanted


def theme_names() -> tuple[str, ...]:
    """Every theme there is: ours first, then Textual's."""
    return (*(theme.name for theme in OWN_THEMES), *BUILTIN_THEMES)
