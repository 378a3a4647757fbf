"""The order desk: guards, journal, the one send and the watch until the outcome is known."""
