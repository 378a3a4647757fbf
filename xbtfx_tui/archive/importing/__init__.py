"""Files of candles that other programs wrote, made into candles. Writes nothing into the archive."""
