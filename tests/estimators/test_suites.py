"""A suite's cells, and what is kept of them."""

import numpy as np
import pytest

from estimators.commands import suite as command
from estimators.specs.pieces import Folder
from estimators.specs.suites import PAPER, published_tables, table_cells
from estimators.training import suites
from estimators.training.drafts import Draft

NAME = "muprop-2016"
FIRST = ("LR-C-VN-IDB", "MuProp-C", "MuProp-C-VN", "ST", "1/2")
WORDS = [NAME, "--cells", "table2-mnist-392-200-200-392-*t"]
FEW = ["--steps", "12", "--seeds", "2"]


@pytest.mark.parametrize("scale", ["digits", "quick", "full"])
def test_every_number_of_the_paper_is_a_cell_or_says_why_not(scale):
    found = list(table_cells(NAME, scale))
    assert len(found) == 40 and len({cell.id for cell in found}) == 40
    without = [cell for cell in found if cell.spec is None]
    faces = {("TFD", column) for column in FIRST}
    assert {(cell.row.split()[0], cell.column) for cell in without} == (
        faces if scale == "digits" else set()
    )
    assert all(cell.reason.endswith(".") for cell in without)


def test_the_full_scale_is_the_papers():
    found = {(cell.row, cell.column): cell for cell in table_cells(NAME, "full")}
    spec = found["SBN 200-200-784", "MuProp-C-IDB"].spec
    assert [layer.n for layer in spec.model.layers] == [200, 200]
    assert spec.training.learning_rate == PAPER["3"] and spec.training.optimizer.momentum == 0.9
    assert spec.evaluation.samples == 1 and spec.dataset.name == "mnist"
    assert found["SBN 200-200-784", "MuProp-C-IDB"].published == 100.4
    assert found["MNIST 392-200-200-392", "ST"].spec.evaluation.samples == 100
    faces = found["TFD 2304-200-200-2304", "ST"].spec
    assert faces.dataset.name == "tfd" and [layer.n for layer in faces.model.layers] == [200, 200]
    assert [10 * rate for rate in faces.training.learning_rate] == pytest.approx(PAPER["2"])
    classes = found["Categorical (200x10)-784", "1/2"].spec
    assert classes.model.layers[0].classes == 10 and classes.estimator.name == "half"
    assert (
        "arXiv:1511.05176" in published_tables(NAME)["source"]
        and published_tables(NAME)["provenance"]
    )


def test_a_second_coding_is_a_suite_of_its_own_beside_the_same_numbers():
    old = {(cell.row, cell.column): cell for cell in table_cells(NAME, "full")}
    coded = list(table_cells(f"{NAME}-centred", "full"))
    assert {cell.row for cell in coded} == {"SBN " + "200-" * depth + "784" for depth in (1, 2, 3)}
    assert len(coded) == 15
    for cell in coded:
        beside = old[cell.row, cell.column]
        about, model = cell.spec, cell.spec.model
        assert (cell.id, cell.published) == (beside.id, beside.published)
        assert (model.name, model.coding, model.centred, model.mean_bias) == (
            "discrete_vae", "plus_minus", True, True
        )  # fmt: skip
        assert model.layers == beside.spec.model.layers and model.prior == "learned"
        assert about == beside.spec.model_copy(update={"model": model})
    tables = published_tables(f"{NAME}-centred")["tables"]
    assert list(tables) == ["3"] and len(tables["3"]["rows"]) == 3
    assert "minus one" in tables["3"]["notes"][-1]
    assert published_tables(NAME)["tables"]["3"]["notes"] == []


def test_what_is_finished_is_kept_and_not_trained_again(tmp_path, capsys):
    words = [*WORDS, "--results", str(tmp_path)]
    assert command.main(["run", *words, *FEW]) == 0
    first = capsys.readouterr().out
    assert "1/1 table2-mnist-392-200-200-392-st: 4 runs of 12 steps" in first
    assert command.main(["run", *words, *FEW]) == 0
    assert "1/1" not in capsys.readouterr().out
    assert command.main(["run", *words, *FEW, "--steps", "13", "--rates", "0.1"]) == 0
    shown = capsys.readouterr().out
    assert "2 runs of 13 steps" in shown and "  13/13 steps" in shown
    kept = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) == 2 and all(
        name.startswith("table2-mnist-392-200-200-392-st.") for name in kept
    )


def test_a_cell_without_its_data_is_left_out_and_it_is_said_why(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADARENA_DATASETS", str(tmp_path))
    some = [cell for cell in table_cells(NAME, "quick", steps=2, seeds=(0,)) if cell.column == "ST"]
    lack = {cell.row.split()[0]: cell.reason for cell in some}
    assert lack["TFD"] == "No file: tfd lacks TFD_48x48.mat."
    assert lack["MNIST"] == "No file: mnist lacks train-images-idx3-ubyte, t10k-images-idx3-ubyte."
    said = []
    assert suites.train_cells(some, Folder(tmp_path / "kept"), said.append) == 0
    assert "table2-tfd-2304-200-200-2304-st: left out.  No file: tfd lacks TFD_48x48.mat." in said
    assert len(said) == len(some) and not (tmp_path / "kept").exists()
    (tmp_path / "tfd").mkdir()
    (tmp_path / "tfd" / "TFD_48x48.mat").touch()
    assert [cell.reason for cell in table_cells(NAME, "quick") if cell.row.startswith("TFD")] == [
        ""
    ] * 5


def test_an_interrupted_suite_goes_on_where_it_stopped(tmp_path):
    folder, some = Folder(tmp_path), list(table_cells(NAME, "digits", steps=5))[3:5]
    said = []

    def stop(line):
        said.append(line)
        if len(said) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suites.train_cells(some, folder, stop)
    assert suites.train_cells(some, folder, said.append) == 1
    assert said[0].startswith("1/2") and said[-2].startswith(
        "1/1 table2-mnist-392-200-200-392-half"
    )
    assert suites.train_cells(some, folder, said.append) == 0


def test_an_interrupted_cell_goes_on_from_its_checkpoint(tmp_path):
    cell = list(table_cells(NAME, "digits", steps=100))[3]
    whole, half = Folder(tmp_path / "whole"), Folder(tmp_path / "half")
    suites.train_cells([cell], whole, lambda line: None)
    said = []

    def stop(line):
        said.append(line)
        if len(said) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suites.train_cells([cell], half, stop)
    draft = Draft(half.file(cell, ".draft.npz"), cell.spec)
    assert draft.state["step"] == 50 and draft.spent > 0
    suites.train_cells([cell], half, said.append)
    assert [line.split()[0] for line in said] == ["1/1", "50/100", "1/1", "100/100"]
    assert half.piece(cell)["runs"] == whole.piece(cell)["runs"]
    assert not half.file(cell, ".draft.npz").exists()


def test_cells_that_train_abreast_are_those_that_train_alone(tmp_path, monkeypatch):
    some = list(table_cells(NAME, "digits", steps=20))[3:5]
    for count in (1, 2):
        monkeypatch.setitem(suites.ABREAST, "cpu", count)
        assert suites.train_cells(some, Folder(tmp_path / str(count)), lambda line: None) == 2
    alone, abreast = ([Folder(tmp_path / c).piece(cell)["runs"] for cell in some] for c in "12")
    assert alone == abreast


def test_what_fails_beside_others_halts_them(tmp_path, monkeypatch):
    some = list(table_cells(NAME, "digits", steps=1000))[3:5]
    monkeypatch.setitem(suites.ABREAST, "cpu", 2)

    def fail(line):
        if line.startswith("  100/"):
            raise OSError("No space is left.")

    with pytest.raises(OSError, match="No space"):
        suites.train_cells(some, Folder(tmp_path), fail)
    assert not Folder(tmp_path).has(some[0])


def test_a_draft_of_another_spec_is_not_gone_on_from(tmp_path):
    one, other = (list(table_cells(NAME, "digits", steps=steps))[3].spec for steps in (5, 6))
    Draft(tmp_path / "it", one).keep({"step": np.array(5)})
    assert Draft(tmp_path / "it", one).state == {"step": 5}
    assert Draft(tmp_path / "it", other).state is None


def test_training_costs_are_means_over_stretches():
    steps = np.arange(11, 21)
    segment = {
        name: suites.Series(steps, steps * 1.0) for name in ("cost/train", "bound/test", "seconds")
    }
    shown = {}
    suites.add_segment(shown, segment, stretch=4)
    assert shown["cost/train"] == [[12, 16, 20], [11.5, 14.5, 18.5]]
    assert shown["bound/test"] == [steps.tolist(), steps.tolist()] and "seconds" not in shown


def test_pieces_of_a_cell_are_found_by_its_experiment(tmp_path):
    folder = Folder(tmp_path)
    for spent in ({"rates": (0.1,)}, {"rates": (0.03,), "seeds": (0, 1, 2)}, {"steps": 4}):
        some = [list(table_cells(NAME, "digits", **{"steps": 6, "seeds": (0, 1)} | spent))[3]]
        assert suites.train_cells(some, folder, lambda line: None) == 1
    (cell,) = list(table_cells(NAME, "digits"))[3:4]
    found = folder.pieces(cell)
    assert sorted(len(piece["runs"]) for piece in found) == [2, 3, 4]
    assert all("hostname" not in piece["made"] and piece["made"]["code"] for piece in found)
    (other,) = list(table_cells(NAME, "digits"))[4:5]
    assert folder.pieces(other) == []
