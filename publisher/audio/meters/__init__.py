"""How loud a sound is, and how high its peaks are."""
