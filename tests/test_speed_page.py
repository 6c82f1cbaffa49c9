"""The page of speed says what its files of results say."""

import json

import pytest

from benchmarks import speed_page

ENVIRONMENT = {"device_class": "a processor", "threads": 1, "torch": "2", "code": "abc"}


def floor_results(step):
    """One comparison of two rounds, seconds."""
    about = {"estimator": "muprop", "batch": 100, "lanes": 8}
    seconds = {"products": [0.001, 0.003], "step": [step, 3 * step]}
    return {"environment": ENVIRONMENT, "results": [{"about": about, "seconds": seconds}]}


@pytest.mark.parametrize("step, ratio, met", [(0.0016, "1.60", "yes"), (0.0018, "1.80", "**no**")])
def test_a_row_tells_whether_what_was_wanted_is_met(monkeypatch, tmp_path, step, ratio, met):
    monkeypatch.setattr(speed_page, "RESULTS", tmp_path)
    (tmp_path / "floor.json").write_text(json.dumps(floor_results(step)))
    about, _, _, _, products, row = speed_page.kind_block("floor").splitlines()
    assert about.endswith(f"code abc, 2 rounds.  Met: {int(met == 'yes')} of 1.")
    assert products == "| muprop | 100 | 8 | products | 2.00 | 1.00 to 3.00 | 1.00 |  |  |"
    middle, spread = f"{2e3 * step:.2f}", f"{1e3 * step:.2f} to {3e3 * step:.2f}"
    assert (
        row == f"| muprop | 100 | 8 | step | {middle} | {spread} | {ratio} | at most 1.7 | {met} |"
    )


def test_every_aim_is_of_some_side_that_was_timed():
    for kind, aims in speed_page.AIMS.items():
        comparisons, _ = speed_page.load_results(kind)
        sides = [(side, one.about) for one in comparisons for side in one.seconds]
        for aim in aims:
            assert any(aim.fits(*each) for each in sides), aim
