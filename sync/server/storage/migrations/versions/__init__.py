"""One module per step of the schema; a released step never changes."""
