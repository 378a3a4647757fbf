"""The paper exchange: a real server on this machine that speaks the same API, with a market of its own."""
