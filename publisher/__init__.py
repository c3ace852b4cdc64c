"""Podcast and blog publishing for corporate voices: legal approves the exact bytes that the public gets."""
