"""One piece as the public gets it, which is what legal approves."""
