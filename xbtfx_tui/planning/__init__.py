"""What a command comes to against the account as it stands, and carrying it out step by step."""
