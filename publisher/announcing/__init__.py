"""Telling others what a release changed, once it is public: hubs, indexes, whoever listens, and caches.

A channel is one file with a function of the type `Channel`, and its line in `channels.CHANNELS`. Whatever goes wrong
here is told, and never makes a release fail: what is public is public.
"""
