"""Every dataset is what its spec says, the same everywhere, and checked."""

import gzip
import hashlib
import io
import tarfile

import pytest
import torch
from pydantic import ValidationError

from estimators import data
from estimators.commands import data as command
from estimators.data import digits, shelf
from estimators.specs.datasets import DATASETS, Digits, Nothing
from estimators.specs.experiment import Experiment

SHIPPED = [Digits(), Nothing()]


@pytest.mark.parametrize("spec", SHIPPED, ids=lambda spec: spec.name)
def test_images_are_as_the_spec_says(spec):
    images = data.load_images(spec)
    assert DATASETS[spec.name] is type(spec)
    assert [len(part) for part in images.parts] == list(spec.split)
    for part in images.parts:
        assert part.shape[1] == spec.pixels and part.dtype == torch.float32
        assert ((part == 0) | (part == 1)).all()


def test_the_split_of_digits_is_fixed():
    """A change of order or threshold would move every result: it wants a new name."""
    parts = [part.to(torch.uint8).numpy().tobytes() for part in data.load_images(Digits()).parts]
    found = [hashlib.sha256(part).hexdigest()[:16] for part in parts]
    assert found == ["c55baceadc776b39", "19ca33ab7bacd6bd", "c342ece399a7b50b"]


def test_digits_are_split_without_remainder():
    with digits.np.load(digits.FILE) as file:
        ink = torch.from_numpy(file["images"]).float()
    whole = torch.cat(data.load_images(Digits(threshold=0.25)).parts)
    assert len(whole) == len(ink) == 1_797
    assert whole.sum() == (ink > 4).sum()


def test_a_lower_threshold_means_more_ink():
    low, high = (torch.cat(data.load_images(Digits(threshold=t)).parts).mean() for t in (0.1, 0.9))
    assert high < 0.2 < 0.4 < low
    with pytest.raises(ValidationError):
        Digits(threshold=1.0)


@pytest.mark.parametrize("name", DATASETS)
def test_the_files_of_a_spec_are_those_that_its_loader_reads(name):
    found = command.dataset_shelf(name)
    assert tuple(file.name for file in (found.files if found else ())) == DATASETS[name].files


def about(model, **dataset):
    settings = {"model": model, "estimator": {"name": "reinforce_loo"}, "dataset": dataset}
    return Experiment.model_validate(settings)


def test_grey_pixels_are_for_models_that_give_them_a_likelihood():
    grey = {"name": "mnist", "binarisation": {"name": "grey"}}
    plain, normal = (
        {"name": "discrete_vae"},
        {"name": "discrete_vae", "likelihood": {"family": "gaussian"}},
    )
    for model in ({"name": "sigmoid_belief_net"}, {"name": "structured_prediction"}, plain):
        with pytest.raises(
            ValidationError, match="cannot train on mnist as it is here.*pixels are grey"
        ):
            about(model, **grey)
    assert about(normal, **grey).dataset.grey and not about(plain, name="mnist").dataset.grey


def test_a_corrupt_file_is_named(tmp_path, monkeypatch):
    broken = tmp_path / "digits.npz"
    broken.write_bytes(digits.FILE.read_bytes()[:-1])
    monkeypatch.setattr(digits, "FILE", broken)
    with pytest.raises(shelf.Corrupt, match=r"digits\.npz has the SHA-256"):
        data.load_images(Digits())


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_is_told_and_no_traceback(monkeypatch, tmp_path, capsys, seed):
    monkeypatch.setenv("GRADARENA_DATASETS", str(tmp_path))
    found = command.dataset_shelf("mnist")
    found.folder.mkdir()
    packed = bytearray(gzip.compress(bytes(range(256)) * 20))
    packed[10 + seed * 7] ^= 0xFF
    (found.folder / f"{found.files[0].name}.gz").write_bytes(packed)
    (found.folder / found.files[1].name).mkdir()
    states = [found.state(file) for file in found.files]
    assert "missing" not in states and "good" not in states
    assert command.main(["list"]) == 0
    [line] = [one for one in capsys.readouterr().out.splitlines() if one.startswith("mnist")]
    assert line.endswith(f"damaged: {found.files[0].name}, {found.files[1].name}")


def test_files_come_from_wherever_they_lie(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("GRADARENA_DATASETS", str(tmp_path / "datasets"))
    contents = [b"some images", b"more of them"]
    digests = [hashlib.sha256(content).hexdigest() for content in contents]
    files = tuple(shelf.File(name, one) for name, one in zip("ab", digests, strict=True))
    monkeypatch.setattr(command, "dataset_shelf", lambda name: {"mnist": mine}.get(name))
    mine = shelf.Shelf("mnist", files)
    raw = tmp_path / "data" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train.idx3-ubyte").write_bytes(contents[0])
    with tarfile.open(raw / "rest.tar", "w") as archive:
        inner = tarfile.TarInfo("t10k-images.gz")
        packed = gzip.compress(contents[1])
        inner.size = len(packed)
        archive.addfile(inner, io.BytesIO(packed))
    (raw / "broken.gz").write_bytes(b"\x1f\x8bno")
    assert command.main(["import", str(tmp_path / "data")]) == 0
    assert [mine.state(file) for file in files] == ["good", "good"]
    printed = capsys.readouterr()
    assert "mnist/a: from" in printed.out
    assert f"{raw / 'broken.gz'}: passed over, it cannot be read or unpacked: " in printed.err
    assert command.main(["import", str(tmp_path / "nowhere")]) == 1
    assert "broken" not in capsys.readouterr().err
