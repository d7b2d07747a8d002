"""Removed items."""
