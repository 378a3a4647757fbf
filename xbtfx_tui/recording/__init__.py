"""Recording candles without a screen: a store, a stream, the archive. It has no desk and can't trade."""
