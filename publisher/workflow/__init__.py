"""The verbs: what the commands and the desk do, one file a verb."""
