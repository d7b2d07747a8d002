"""Between the store and the server: enrolling, one sync, and the worker that syncs by itself; no Qt."""
