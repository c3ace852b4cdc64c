"""What goes with a master: words, cover, chapters, and what players draw."""
