"""Cues and words: what was said, when and by whom."""
