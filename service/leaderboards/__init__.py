"""Leaderboards.  Import from the modules: what only shows a board then loads no database and no
numpy.

- ``stored.boards(session)`` lists the benchmarks that have runs; ``stored.board(session,
  benchmark_id, metric=, axis=, budget=, target=, spend=, threshold=)`` computes one.  It raises
  ``shapes.UnknownBenchmark`` (a LookupError) and ``shapes.Unanswerable`` (a ValueError whose
  ``field`` names the parameter).
- ``compute.compute`` makes a board from runs as plain data, ``compute.recompute`` from a board's
  own JSON.
- ``shapes.Board`` is the JSON; ``formats.csv``, ``formats.markdown`` and ``table.render`` show it.
"""
