"""The application on the laptop: one window, one local encrypted file, and the same commands without it."""
