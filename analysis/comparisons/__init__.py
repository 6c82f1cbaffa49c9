"""Estimators against each other: two of a board, versions of the code, costs, benchmarks."""
