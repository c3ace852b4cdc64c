"""What the desk shows, and what it takes: a file a page."""
