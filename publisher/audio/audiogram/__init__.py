"""Soundbites as short videos for social posts: the cover, a waveform, and what is said in large letters.

    make.audiogram     a stretch of a master and its cues to an MP4, square or vertical

What is seen is planned by pure modules (`layout`, `spelling`, `wrapping`, `captions`, `waveform`, `colours`) and drawn
by `frames`.
"""
