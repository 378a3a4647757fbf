"""The paper market: instruments, hours, the price model, replay and depth. No account, no socket."""
