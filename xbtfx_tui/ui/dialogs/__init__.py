"""What asks a trader for something: tickets, close, modify, find, help, questions. None sends by itself."""
