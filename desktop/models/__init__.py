"""Qt item models that hold ids and immutable rows; no SQL."""
