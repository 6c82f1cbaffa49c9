"""What other packages say of the same values: the figures that tests of our own statistics are
against.

    python -m benchmarks.elsewhere FILE

wants statsmodels, scikit-posthocs, autorank, lifelines and rliable, which nothing else here does,
so that their answers are kept in ``tests/boards/elsewhere.json`` with the versions that gave them.
"""

import argparse
import json
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from analysis.statistics.student import Floats

SEEDS, ESTIMATORS, BENCHMARKS = 20, 5, 12
# as many have one median
ODD = 19
PACKAGES = ("statsmodels", "scikit-posthocs", "autorank", "lifelines", "rliable", "scipy")


def made_values() -> Floats:
    """[seeds, estimators], lower is better: skewed, some equal, the last one well behind."""
    generator = np.random.default_rng(13)
    values = generator.lognormal(size=(SEEDS, ESTIMATORS)) + 0.4 * np.arange(ESTIMATORS)
    values[:, 1] = np.round(values[:, 1])
    values[:4, 0] = values[:4, 1]
    return values


def made_medians() -> Floats:
    """[benchmarks, estimators]: the later ones are worse on most."""
    generator = np.random.default_rng(14)
    return np.asarray(generator.normal(size=(BENCHMARKS, ESTIMATORS)) + np.arange(ESTIMATORS) / 2)


def sign_tests(values: Floats) -> dict[str, list[float]]:
    """Of all pairs, and by Holm over them."""
    descriptive = import_module("statsmodels.stats.descriptivestats")
    multitest = import_module("statsmodels.stats.multitest")
    first, second = np.triu_indices(values.shape[1], 1)
    gaps = values[:, first] - values[:, second]
    p = [float(descriptive.sign_test(gap)[1]) for gap in gaps.T]
    return {"p": p, "holm": multitest.multipletests(p, method="holm")[1].tolist()}


def nemenyi_tests(medians: Floats) -> list[list[float]]:
    """p-values of all pairs of columns, after Friedman."""
    posthocs = import_module("scikit_posthocs")
    p_values: list[list[float]] = posthocs.posthoc_nemenyi_friedman(medians).to_numpy().tolist()
    return p_values


def standings(medians: Floats) -> dict[str, Any]:
    """Friedman's p-value of the columns, their mean ranks, and Nemenyi's critical difference."""
    table = import_module("pandas").DataFrame(medians)
    said = import_module("autorank").autorank(table, order="ascending", force_mode="nonparametric")
    ranks = said.rankdf["meanrank"].sort_index()
    return {"p": said.pvalue, "mean_ranks": ranks.tolist(), "difference": said.cd}


def survival(times: Floats, budget: float) -> dict[str, Any]:
    """Kaplan and Meier, everybody who did not arrive censored at the budget."""
    fitter = import_module("lifelines").KaplanMeierFitter()
    arrived = times <= budget
    fitter.fit(np.minimum(times, budget), arrived)
    at = sorted(set(times[arrived].tolist()))
    return {
        "budget": budget,
        "median": float(fitter.median_survival_time_),
        "arrived": [[time, 1 - float(fitter.predict(time))] for time in at],
    }


def robust_sizes(values: Floats) -> dict[str, Any]:
    """Interquartile means, and how likely the first is below each other, over all pairs of runs."""
    metrics = import_module("rliable.metrics")
    columns = [values[:, [k]] for k in range(values.shape[1])]
    return {
        "interquartile_means": [float(metrics.aggregate_iqm(one)) for one in columns],
        "first_below": [
            float(metrics.probability_of_improvement(one, columns[0])) for one in columns[1:]
        ],
    }


def others_say() -> dict[str, Any]:
    values, medians = made_values(), made_medians()
    return {
        "versions": {name: version(name) for name in PACKAGES},
        "sign_tests": sign_tests(values),
        "nemenyi": nemenyi_tests(medians),
        "standings": standings(medians),
        "survival": [survival(column, 2.0) for column in values[:ODD].T],
        "sizes": robust_sizes(values),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.elsewhere",
        description="What other packages say of the values that tests of our statistics are of.",
    )
    parser.add_argument("file", type=Path)
    parser.parse_args().file.write_text(json.dumps(others_say(), indent=1) + "\n")


if __name__ == "__main__":
    main()
