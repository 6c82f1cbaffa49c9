"""Registered benchmarks: what tuning chooses, and the board that follows from a ledger."""
