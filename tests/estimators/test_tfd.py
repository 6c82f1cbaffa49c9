"""The Toronto Face Database, from a small file of the same structure."""

import numpy as np
import pytest
import torch

from estimators import data
from estimators.commands import data as command
from estimators.data import shelf
from estimators.experiment import Member, Program
from estimators.specs.datasets import TFD
from estimators.specs.experiment import Experiment
from estimators.specs.files import datasets_folder, missing_files

savemat = pytest.importorskip("scipy.io").savemat
# (subject, mark in fold 0, mark in fold 1) of every face; subject -1: nobody knows
FACES = [
    *[(7, 1, 3)] * 3,
    *[(9, 1, 3)] * 2,
    (4, 1, 3),  # alone: it would be its own mean
    *[(-1, 1, 3)] * 2,
    *[(2, 2, 1)] * 2,
    *[(3, 3, 2)] * 4,
    *[(7, 0, 0)] * 2,  # without an expression
]
INK = np.random.default_rng(0).integers(0, 256, (len(FACES), 48, 48), np.uint8)


def structure(**changes):
    subjects, first, second = np.array(FACES, np.int16).T
    folds = np.stack([first, second, *[first] * 3], 1)
    return {
        "images": INK,
        "labs_id": subjects[:, None],
        "labs_ex": first[:, None],
        "folds": folds,
    } | changes


@pytest.fixture
def put(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADARENA_DATASETS", str(tmp_path))

    def put(**changes):
        (tmp_path / "tfd").mkdir(exist_ok=True)
        savemat(tmp_path / "tfd" / "TFD_48x48.mat", structure(**changes))

    return put


def test_every_face_of_a_subject_stands_under_the_mean_of_its_faces(put):
    put()
    images = data.load_images(TFD())
    assert [part.shape for part in images.parts] == [(5, 4608), (2, 4608), (4, 4608)]
    for part, faces in zip(images.parts, ([0, 1, 2, 3, 4], [8, 9], [10, 11, 12, 13]), strict=True):
        mean, face = part.reshape(-1, 2, 48, 48).unbind(1)
        assert torch.equal(face, torch.from_numpy(INK[faces] > 127).float())
        for row, at in enumerate(faces):
            same = [other for other in faces if FACES[other][0] == FACES[at][0]]
            want = torch.from_numpy(INK[same].mean(0) / 255).float()
            torch.testing.assert_close(mean[row], want)


def test_fold_and_threshold_are_those_of_the_spec(put):
    put()
    images = data.load_images(TFD(fold=1, threshold=0.25))
    assert [len(part) for part in images.parts] == [2, 4, 5]
    assert torch.equal(
        images.train[:, 2304:], torch.from_numpy(INK[[8, 9]].reshape(2, -1) > 63.75).float()
    )


def test_a_model_sees_the_mean_face_and_predicts_the_face(put):
    put()
    spec = Experiment.model_validate(
        {
            "model": {"name": "structured_prediction", "layers": [{"family": "bernoulli", "n": 5}]},
            "estimator": {"name": "straight_through"},
            "dataset": {"name": "tfd"},
            "training": {
                "steps": 60,
                "learning_rate": 0.01,
                "batch_size": 5,
                "checkpoint_every": 60,
            },
            "evaluation": {"every": 60, "samples": 5},
        }
    )
    program = Program(spec, {0: Member(0, spec.settings[0])}, 1)
    x, y = (program.splits[0][part] for part in ("x", "y"))
    assert x.shape == y.shape == (5, 2304) and 0 < x.std() and set(y.unique().tolist()) == {0, 1}
    segment = program.run_to(60)
    before, after = segment.series[0]["bound/train"].values
    assert after < 0.9 * before and segment.ended == {0: "completed"}


def test_models_of_one_picture_are_refused():
    with pytest.raises(
        ValueError, match="sigmoid_belief_net cannot train on tfd: it wants images of one"
    ):
        Experiment(
            model={"name": "sigmoid_belief_net"},
            estimator={"name": "half"},
            dataset={"name": "tfd"},
        )


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"images": INK[:, :40]}, r"images \(16, 40, 48\).*not \(N, 48, 48\)"),
        ({"labs_id": np.zeros((3, 1))}, r"labs_id \(3, 1\)"),
        ({"folds": np.ones((16, 4))}, r"folds \(16, 4\)"),
        ({"images": INK / 255}, "images of float64, not of bytes"),
        ({"folds": np.ones((16, 5))}, "no subject of two faces to validate on in fold 0"),
    ],
    ids=["size", "subjects", "folds", "values", "parts"],
)
def test_another_structure_is_told(put, changes, words):
    put(**changes)
    with pytest.raises(shelf.Corrupt, match=words):
        data.load_images(TFD())


def test_a_file_without_subjects_or_of_another_kind_is_told(put, capsys):
    put()
    path = datasets_folder() / "tfd" / "TFD_48x48.mat"
    savemat(path, {"images": INK})
    with pytest.raises(shelf.Corrupt, match="TFD_48x48.mat holds no labs_id, folds"):
        data.load_images(TFD())
    path.write_bytes(b"MATLAB, it says" * 100)
    with pytest.raises(shelf.Corrupt, match="cannot be read as a file of MATLAB"):
        data.load_images(TFD())
    assert command.main(["verify", "tfd"]) == 1 and "cannot be read" in capsys.readouterr().out


def test_the_file_is_the_users_own(put, capsys):
    assert missing_files(TFD()) == ["TFD_48x48.mat"]
    where = f"Put TFD_48x48.mat .*into {datasets_folder() / 'tfd'}. Its authors give it"
    with pytest.raises(shelf.Missing, match=where):
        data.load_images(TFD())
    assert command.main(["fetch", "tfd"]) == 1
    said = capsys.readouterr().err
    assert "TFD_48x48.mat: missing" in said and "Its authors give it" in said
    assert command.main(["list"]) == 0
    assert "tfd             as the file says       wants TFD_48x48.mat" in capsys.readouterr().out
    put()
    assert missing_files(TFD()) == [] and command.main(["fetch", "tfd"]) == 0
    assert (
        command.main(["verify", "tfd"]) == 0
        and "tfd/TFD_48x48.mat: good" in capsys.readouterr().out
    )
