"""Recording in, master out, streaming.

Doors:

    mastering.master        the tracks of a recording and its edits to one master
    tags.tagging.tag        the master with its title, cover and chapters inside; encoders.m4a.tag_m4a for the M4A
    audiogram.make          an audiogram: a film of a soundbite

Behind them, from the microphones to the listener:

    source/     what a file is, what it promises, and its samples
    tracks/     several microphones as one talk; who speaks when
    edits/      what is cut, masked, put in and tightened; the one map of times
    meters/     loudness of each moment, true peaks
    encoders/   level, ceiling, MP3, M4A
    tags/       words, cover, chapters, and what players draw

`feed` is how sound flows, `segments` how every core gets its share, `ffmpeg` the only module that starts a program.
"""
