"""What laptops and the server agree on: records, changes, merging, frames and the sync protocol."""
