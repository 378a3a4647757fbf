"""What the program runs with: settings, the config file, credentials, addresses, places of files."""
