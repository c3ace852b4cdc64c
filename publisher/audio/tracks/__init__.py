"""Several microphones as one talk: laid on each other, gated, mixed; and who speaks when."""
