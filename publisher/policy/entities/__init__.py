"""People and their numbers: of what Presidio recognises in a text, those entities that rules ask for."""
