"""Observers and media at an open hearing (旁听)."""
