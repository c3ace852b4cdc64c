"""The review desk in a browser: the same verbs as the command line, over HTTP, on the reviewer's own computer.

`guard.py` stands in front of everything; `pages/` shows and takes; `words.py` and `history.py` say what there is to
see. Nothing is decided here: every decision is a verb of `publisher.workflow`.
"""
