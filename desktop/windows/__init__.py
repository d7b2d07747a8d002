"""Top-level windows: the main window, the first run and the about box."""
