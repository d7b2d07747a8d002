"""Settings: how the window looks and speaks, this laptop, its protection, backups, and what this is."""
