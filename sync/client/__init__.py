"""The laptop's side of the line: transport, resumable sessions, schedule and bundle files."""
