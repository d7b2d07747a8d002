"""Needs your decision: what two people changed without having seen each other."""
