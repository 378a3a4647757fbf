"""JSON <-> domain: every form of the API that is known, and both stream dialects. Pure, no I/O, no clock."""
