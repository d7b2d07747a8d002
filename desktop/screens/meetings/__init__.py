"""Meetings: agenda, notes that several people write, decisions and action points."""
