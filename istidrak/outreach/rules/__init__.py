"""What is due and what is allowed, pure: columns and values only."""
