"""Helpers that several steps share."""
