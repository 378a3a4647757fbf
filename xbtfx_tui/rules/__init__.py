"""Orders that wait in this program for a price: judged at each tick, at most once sent, always told."""
