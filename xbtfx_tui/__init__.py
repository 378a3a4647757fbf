"""xbtfx-tui: a full-screen trading terminal for XBTFX (MetaTrader 5) accounts."""

__version__ = "0.2.0"
