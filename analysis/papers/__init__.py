"""A paper's tables beside ours: a pure function of cells and of the pieces trained of each."""
