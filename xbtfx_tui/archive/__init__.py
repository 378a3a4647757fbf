"""Candles on disk: written as they form, packed by the hour, read at any timeframe. Knows no screen."""
