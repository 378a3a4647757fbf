"""The order desk: guards, journal, the one send, and the tracker until the outcome is known."""
