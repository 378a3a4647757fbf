"""Whole screens: trading, welcome."""
