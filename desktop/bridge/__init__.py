"""Where threads and Qt meet, printing included, and nowhere else."""
