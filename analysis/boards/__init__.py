"""Leaderboards: who is better at a budget, and what cannot be told.

``compute.compute`` makes a board from run records, ``compute.recompute`` from a board's own JSON;
``shapes.Board`` is the JSON; ``formats`` and ``terminal`` show it.
"""
