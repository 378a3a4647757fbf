"""The one truth on screen: events in, state and what changed out. No I/O, no asyncio, no clock of its own."""
