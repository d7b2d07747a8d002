"""One small function per user intent, from validated input and what was seen to edits; no Qt.

Rows go in, edits come out; whoever calls hands them to `Store.submit` with the label of the intent.
"""
