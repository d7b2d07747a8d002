"""The laptop's SQLite replica: log, record tables, and the one primitive that changes them.

`apply` is the only road into the record tables and the log; the caller owns the transaction.
"""
