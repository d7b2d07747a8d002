"""My desk: what is due, what waits, what others did, and how this laptop stands."""
