"""Every intent and every step of it, on disk before the first byte is sent."""
