"""The paper exchange as a server: REST, stream, limits, idempotency and its own JSON."""
