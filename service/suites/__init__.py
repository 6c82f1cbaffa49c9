"""Suites: a paper's tables beside ours, from a folder of results or from the store.

``report.report`` is a pure function of cells and of the pieces that were trained of each; pictures
and texts are functions of the report alone.
"""
