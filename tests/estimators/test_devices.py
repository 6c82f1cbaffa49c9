"""What stands in for operations that a GPU does in no fixed order."""

import pytest
import torch
from torch.func import vmap

from estimators.devices import prefix_sums, replace_cumsum


@pytest.mark.parametrize("dim", [0, 1, -1])
def test_sums_along_an_axis_are_torchs(dim):
    x = torch.rand(3, 4, 5, dtype=torch.float64)
    torch.testing.assert_close(prefix_sums(x, dim), x.cumsum(dim))
    assert torch.equal(prefix_sums(x > 0.5, dim), (x > 0.5).cumsum(dim))


def test_on_the_host_sums_stay_torchs():
    x = torch.rand(3, 40)
    before = vmap(lambda row: row.cumsum(0))(x)
    replace_cumsum()
    assert torch.equal(vmap(lambda row: row.cumsum(0))(x), before)
