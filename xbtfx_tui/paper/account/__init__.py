"""The paper account: engine, books, margin, swap and an invented past. No market, no socket."""
