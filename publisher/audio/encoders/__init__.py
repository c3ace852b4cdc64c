"""To its level, under its ceiling, and into a file."""
