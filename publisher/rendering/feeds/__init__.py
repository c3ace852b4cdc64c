"""A piece's entry in the feeds, one file a format."""
