"""What trading is: frozen values and pure functions. No I/O, no clock, no asyncio, no Textual."""
