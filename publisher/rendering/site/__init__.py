"""The body of a piece's page."""
