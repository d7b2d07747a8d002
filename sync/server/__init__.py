"""The server's side of the line: access, storage, the HTTP application and its command line."""
