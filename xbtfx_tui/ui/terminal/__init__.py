"""Between Textual and the terminal: what it writes is reduced to the cells that differ."""
