"""Recording in, master out, streaming.

Each step is a module; nothing heavy is imported until a step is used.

    mastering.master   a recording's tracks to one master: measured, levelled, limited, encoded, measured again
    tagging.tag        the master with its title, cover and chapters inside
    probe.probe        what a file says about itself
    artwork.check_artwork   is this picture a cover that every app takes?

`ffmpeg` is the only module that starts another program.
"""
