"""What was run, as plain data, and how it is read."""
