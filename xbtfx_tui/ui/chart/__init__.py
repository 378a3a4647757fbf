"""A chart as rows of runs: which candles, which prices, which glyphs. Pure; knows no widget and no store."""
