"""Send and receive: what is only here, how far a run is, and what the server did not accept."""
