"""What the store's runs come to as pieces."""

from math import isnan

from service.suites.stored import task_digest, thinned_series
from tests.suites.made import cell


def test_a_curve_of_many_steps_is_means_over_stretches():
    steps, values = list(range(1, 1001)), [float(step) for step in range(1, 1001)]
    at, means = thinned_series(steps, values)
    assert len(at) == 100 and at[0] == 10 and at[-1] == 1000 and means[0] == 5.5
    at, means = thinned_series(steps[:7], [*values[:6], float("nan")])
    assert at == steps[:7] and means[:6] == values[:6] and isnan(means[6])
    at, means = thinned_series(steps[:205], values[:205])
    assert at[-1] == 205 and means[-1] == 205 and means[0] == 1.5
    assert thinned_series([], []) == ([], [])


def test_a_ground_is_a_benchmark_whatever_is_spent():
    short, long, other = (cell(steps=600), cell(steps=60_000), cell("SBN 200-784", "ST"))
    assert short.spec.benchmark_id != long.spec.benchmark_id
    assert (
        task_digest(short.spec.benchmark)
        == task_digest(long.spec.benchmark)
        != task_digest(other.spec.benchmark)
    )
