"""Everything that the public will see, as named files with digests and headers."""
