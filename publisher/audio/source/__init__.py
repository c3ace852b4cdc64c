"""What came from the microphones: recognised, probed, decoded, and found whole."""
