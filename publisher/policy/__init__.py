"""Guidelines in, findings out."""
