"""The messages of the sync protocol: positional MessagePack, every length checked before use."""
