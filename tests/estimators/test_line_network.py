"""A network along a line is the network that it stands for, and so are its derivatives."""

import torch
from torch.nn.functional import leaky_relu

from estimators.affine import network_map, network_params
from estimators.line_network import network_along


def test_a_network_along_a_line_has_the_values_and_derivatives_of_its_units():
    g = torch.Generator().manual_seed(0)
    start = network_params(0, (2, 7, 2), 1.0, g)
    params = {k: torch.randn(v.shape, generator=g, dtype=torch.float64) for k, v in start.items()}
    # Units that never bend, one of them asleep.
    params["in0.w"][1, :3] = torch.tensor([0.0, -0.0, 0.0])
    params["in0.b"][1:3] = torch.tensor([-50.0, 50.0])
    still, moving = (torch.randn(3, 4, n, generator=g, dtype=torch.float64) for n in (1, 9))
    for p in params.values():
        p.requires_grad_()
    units = network_map(params, 0, torch.stack([still.expand_as(moving), moving], -1), leaky_relu)
    along = network_along(params, 0, still, moving).movedim(-2, -1)
    torch.testing.assert_close(along, units, rtol=1e-12, atol=1e-12)
    weights = torch.randn(units.shape, generator=g, dtype=torch.float64)
    found, wanted = (
        torch.autograd.grad((values * weights).sum(), list(params.values()))
        for values in (along, units)
    )
    torch.testing.assert_close(found, wanted, rtol=1e-11, atol=1e-11)
