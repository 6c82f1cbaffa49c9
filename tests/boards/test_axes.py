"""A registered benchmark on every axis, and the results that ship."""

import numpy as np
import pytest
from scipy import stats

from analysis.boards.shapes import Unanswerable
from analysis.figures.claims import arrival_chart, sensitivity_chart
from analysis.figures.style import svg_bytes
from analysis.ledger.axes import Settled, claim_value
from analysis.ledger.board import ledger_board
from analysis.ledger.bundles import (
    bundle_paths,
    read_ledger_file,
    shipped_board,
    shipped_ledger,
    shipped_protocols,
    shipped_twin,
    write_bundle,
)
from analysis.ledger.changes import entry_name, ledger_changes
from analysis.ledger.frontier import claim_frontier
from analysis.ledger.profiles import claim_profiles, log_area, share_curve
from analysis.ledger.rows import confirmation
from analysis.ledger.sensitivity import rate_sensitivity
from analysis.ledger.shapes import ClaimBoard, ClaimQuery, Curve, Ledger
from analysis.ledger.verify import ledger_faults
from analysis.ledger.versus import compare_entries
from analysis.pages.protocol import protocol_facts
from analysis.statistics.intervals import student_interval
from benchmarks.reach_targets import (
    REFERENCE,
    bounds_abreast,
    early_bounds,
    reach_of,
    validation_bounds,
)
from estimators.devices import HOST
from estimators.specs.pathwise import Half
from estimators.specs.protocols import Protocol
from tests.boards.test_ledger import NAMES, PROTOCOL, entry, ledger, noise
from tests.estimators.test_protocols import ABOUT


@pytest.fixture
def whole():
    return ledger(*(entry(name, noise(i, i * 0.5)) for i, name in enumerate(NAMES)))


REACH = {"reference": {"name": "reinforce_loo"}, "learning_rate": 1.0, "target": 9.5}


def curved(name, speed, cost, seconds=1e-3, end=9.0, **more):
    """An entry whose bounds fall from 22 to ``end`` and are evaluated every 2 of 20 steps."""
    one = entry(name, noise(len(name), end), **more)
    runs = []
    for run in one.runs:
        at = list(range(0, 21, 2))
        fall = [(run.test or end) + (22 - end) * np.exp(-step / speed) for step in at]
        curve = Curve(
            steps=at,
            test=fall,
            validation=[value + 0.3 for value in fall],
            evaluations=[float(cost * step) for step in at],
            seconds=[seconds * step for step in at],
        )
        spent = {"evaluations": 20.0 * cost, "seconds": 20 * seconds}
        runs.append(run.model_copy(update={"curve": curve} | spent))
    return one.model_copy(update={"runs": runs})


def reaching(*entries):
    about = Protocol.model_validate(ABOUT | {"reach": REACH}).model_dump(mode="json")
    return Ledger(protocol=about, entries=list(entries))


def test_equal_evaluations_are_fewer_steps_for_the_dear():
    whole = reaching(curved("half", 4.0, 3), curved("muprop", 4.0, 12, end=8.9))
    steps, evals = (ledger_board(whole, ClaimQuery(axis=axis)) for axis in ("steps", "evals"))
    assert [row.label for row in steps.rows] == ["muprop", "half"] and steps.budget == 20
    assert [row.label for row in evals.rows] == ["half", "muprop"] and evals.budget == 60
    assert evals.rows[1].median.mean > 12 and evals.rows[1].ranks == (2, 2)
    assert [row.evaluations for row in evals.rows] == [3, 12]
    assert evals.rows[0].tuning_evaluations == 4 * 60 and evals.rows[0].edge == "lowest"
    assert ledger_faults(evals, whole) == []


def test_who_never_arrives_on_validation_loses_and_spends_are_where_it_arrived():
    whole = reaching(
        curved("half", 1.0, 3), curved("muprop", 1.5, 6), curved("nvil", 4.0, 3, end=15)
    )
    board = ledger_board(whole, ClaimQuery(axis="reach", spend="evals"))
    assert (board.target, board.unit) == (9.5, "evaluations of the cost per example")
    assert [row.label for row in board.rows] == ["half", "muprop", "nvil"]
    assert board.rows[0].median.mean < board.rows[1].median.mean
    assert board.rows[2].median is None and board.rows[2].lost == 20
    assert "nvil: 20 of 20 seeds never arrived, which lose." in board.verdict
    nobody = reaching(*(curved(name, 4.0, 3, end=15) for name in ("half", "nvil")))
    late = ledger_board(nobody, ClaimQuery(axis="reach"))
    assert late.verdict[0] == "No entry arrives on any seed: nobody leads."


def settled(target):
    return Settled(ClaimQuery(axis="reach"), 20.0, target)


def test_profiles_count_seeds_and_targets_and_pairs_take_confirmation_alone():
    reach = REACH | {"targets": [16.0, 9.5]}
    about = Protocol.model_validate(ABOUT | {"reach": reach}).model_dump(mode="json")
    three = [curved("half", 4.0, 3), curved("muprop", 8.0, 3), curved("nvil", 4.0, 3, end=15.0)]
    part = curved("arm", 1.0, 3)
    three.append(part.model_copy(update={"runs": part.runs[:-1]}))
    found = claim_profiles(Ledger(protocol=about, entries=three))
    assert found.targets == [16.0, 9.5] and [one.label for one in found.profiles] == [
        "half",
        "muprop",
        "nvil",
    ]
    best, _, last = found.profiles
    shares = {target: share.mean for target, share in last.by_target.items()}
    assert shares == {"16": 1.0, "9.5": 0.0} and last.reached == 0.5
    wanted = stats.binomtest(20, 20).proportion_ci(0.975).low / 2
    assert last.band[-1][1:] == pytest.approx((wanted, (1 + (1 - 2 * wanted)) / 2))
    assert best.curve[-1][1] == best.reached and 0 < last.score.mean < best.score.mean < 1
    times = [claim_value(run, settled(16.0)) for run in confirmation(three[2])]
    alone = [log_area(share_curve([time, np.inf]), 20.0) for time in times]
    assert last.score.low == pytest.approx(student_interval(alone).low)
    assert svg_bytes(arrival_chart(found)).startswith(b"<?xml")


def test_a_share_curve_ends_at_what_arrived_and_its_area_is_over_the_logarithm():
    curve = share_curve([2.0, np.inf, 2.0, 50.0])
    assert curve == [(2.0, 0.5), (50.0, 0.75)]
    assert log_area(curve, 100.0) == pytest.approx(0.5 + 0.25 * np.log10(2))
    assert share_curve([np.inf]) == [] and log_area([], 100.0) == 0


def test_two_entries_seed_by_seed(whole):
    found = compare_entries(whole, "half", "reinforce_loo", ClaimQuery(margin=2.0))
    assert found.pair.losses == 20 and found.pair.better == "reinforce_loo" and found.pair.same
    assert found.words.startswith("reinforce_loo is better than half: on 0 of 20 seeds half")
    assert len(found.values) == 20 and found.pair.p < ledger_board(whole).pairs[-1].p
    assert not compare_entries(whole, "half", "muprop", ClaimQuery(margin=0.1)).pair.same
    with pytest.raises(LookupError, match="nobody names no ranked"):
        compare_entries(whole, "half", "nobody")
    with pytest.raises(Unanswerable, match="one entry"):
        compare_entries(whole, "half", "half")


def test_a_margin_makes_a_claim_of_its_own_and_rows_tell_their_chance(whole):
    board = ledger_board(whole, ClaimQuery(margin=0.9))
    assert [pair.same for pair in board.pairs] == [True, False, True]
    assert any("2 of 3 pairs differ by less than 0.9" in line for line in board.verdict)
    assert board.rows[0].chance.mean > 0.9 and board.rows[-1].chance.mean < 0.1
    assert all(pair.chance.low > 0.5 for pair in board.pairs)
    assert all(pair.same is None for pair in ledger_board(whole).pairs)


def test_sensitivity_is_of_tuning_runs(whole):
    found = rate_sensitivity(whole)
    half = next(curve for curve in found.curves if curve.label == "half")
    assert half.chosen == 1.0 and [p.mean for p in half.points] == [1.0, 10.0]
    assert svg_bytes(sensitivity_chart(found)).startswith(b"<?xml")


def test_a_protocol_without_a_target_has_no_reach_board(whole):
    with pytest.raises(Unanswerable, match="declares no bound to reach"):
        ledger_board(whole, ClaimQuery(axis="reach"))


def test_the_frontier_of_a_benchmark_is_of_medians_and_names_who_beats_whom():
    whole = reaching(
        curved("half", 4.0, 3), curved("muprop", 4.0, 12, end=8.0), curved("nvil", 4.0, 6, end=10)
    )
    points = {point.label: point for point in claim_frontier(ledger_board(whole)).points}
    assert [points[name].frontier for name in ("half", "muprop", "nvil")] == [True, True, False]
    assert points["nvil"].beaten_by == ["half"] and points["muprop"].cost == 240


def measured_biased(one):
    runs = [run.model_copy(update={"gradient": {"bias": 0.7}}) for run in one.runs]
    return one.model_copy(update={"runs": runs})


def test_an_objective_of_ones_own_is_no_promise_on_the_bound():
    """Wake-sleep is unbiased for another objective: it is ranked, and named."""
    board = ledger_board(ledger(measured_biased(entry("wake_sleep", noise(1)))))
    assert [row.label for row in board.rows] == ["wake_sleep"] and not board.unranked
    assert "Declared to be biased: wake_sleep." in board.verdict


def test_who_may_not_be_ranked_is_listed_with_the_reason():
    plug = entry("half", noise(5)).model_copy(update={"refused": "it has no certificate"})
    wrong = measured_biased(entry("muprop", noise(1), id="wrong"))
    board = ledger_board(ledger(plug, wrong, entry("straight_through", noise(2))))
    assert [row.label for row in board.rows] == ["straight_through"]
    assert {one.label: one.reason for one in board.unranked} == {
        "half": "it has no certificate",
        "muprop": "declares itself unbiased; its measured relative bias is 0.7",
    }
    assert "Declared to be biased: straight_through." in board.verdict


def test_a_bundle_is_the_ledger_and_the_board_that_follows(tmp_path, whole):
    board = write_bundle(tmp_path, whole)
    ledger_path, board_path = bundle_paths(tmp_path, PROTOCOL)
    first = ledger_path.read_bytes()
    assert board.shipped and ClaimBoard.model_validate_json(board_path.read_text()) == board
    assert all(row.shipped for row in board.rows)
    assert ledger_faults(board, read_ledger_file(ledger_path)) == []
    write_bundle(tmp_path, whole)
    assert ledger_path.read_bytes() == first


@pytest.mark.parametrize("protocol", shipped_protocols(), ids=lambda one: one.id)
def test_shipped_results_agree_and_say_what_is_wrong_when_bent(protocol):
    whole, board = shipped_ledger(protocol), shipped_board(protocol)
    assert ledger_faults(board, whole) == []
    assert whole.protocol == protocol.model_dump(mode="json")
    ranked = {row.entry_id for row in board.rows}
    first = next(one for one in whole.entries if one.entry_id in ranked)
    without_run = first.model_copy(update={"runs": first.runs[:-1]})
    end = first.runs[-1].model_copy(update={"test": (first.runs[-1].test or 0) + 1e-3})
    digit = first.model_copy(update={"runs": [*first.runs[:-1], end]})
    others = [one for one in whole.entries if one is not first]
    for entries, said in (
        ([without_run, *others], f"{entry_name(first)}: the confirmation run of seed"),
        (others, f"the ledger hides {entry_name(first)}, which the board ranks"),
        ([digit, *others], f"{entry_name(first)} is not what it was when the board was made"),
    ):
        faults = ledger_faults(board, whole.model_copy(update={"entries": entries}))
        assert any(fault.startswith(said) for fault in faults)
    alone = whole.model_copy(update={"entries": others})
    [fault] = ledger_changes(*shipped_twin(alone), "the package")
    assert fault == f"{entry_name(first)} is not there: the package has it"


def test_bounds_to_reach_are_where_the_reference_stands_and_never_rise():
    about = {
        "budgets": {"steps": 40},
        "tuning": {"learning_rates": [1.0, 10.0], "seeds": [100, 101]},
    }
    protocol = Protocol.model_validate(ABOUT | about)
    runs = protocol.tuning_experiment(REFERENCE).runs
    curves = {1.0: {10: 12.01, 20: 11.0, 40: 11.18}, 10.0: {10: 9.0, 20: 9.0, 40: 11.2}}
    bounds = {i: curves[setting["learning_rate"]] for i, (_, setting) in enumerate(runs)}
    reach = reach_of(protocol, bounds)
    assert reach.learning_rate == 1.0 and reach.target == 11.0
    assert reach.targets == (12.1, 11.0) and not reach.source


def test_a_reference_that_stops_early_stands_where_it_passes_and_the_protocol_says_so():
    about = {"budgets": {"steps": 40}, "evaluation": {"every": 5, "samples": 10}}
    protocol = Protocol.model_validate(ABOUT | about)
    experiment = protocol.tuning_experiment(Half())
    early, whole = early_bounds(experiment, 20), validation_bounds(experiment)
    assert {run: {step: whole[run][step] for step in early[run]} for run in early} == early
    assert bounds_abreast([experiment], HOST) == [whole]
    reach = reach_of(protocol, early, Half(), 20)
    assert reach.source.startswith("where half stands after 5, 10 and 20 of 40 steps")
    assert reach.source in protocol_facts(protocol.model_copy(update={"reach": reach}))["target"]
