"""Images read from files: of any ink, of the shape that a file says, in Omniglot's order."""

import gzip
import hashlib

import numpy as np
import pytest
import torch

from estimators import data
from estimators.commands import data as command
from estimators.data import idx, omniglot, shelf
from estimators.data.binarise import binarised_images
from estimators.specs.datasets import (
    MNIST,
    Dynamic,
    Grey,
    Omniglot,
    Static,
    Threshold,
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADARENA_DATASETS", str(tmp_path))
    return tmp_path


INK = np.tile(np.array([0, 51, 204, 255], np.uint8), (4_000, 1))


@pytest.mark.parametrize("how", [Static(), Dynamic()])
def test_pixels_are_drawn_with_the_probability_of_their_ink(how):
    images = binarised_images([INK, INK, INK], how)
    for part in images.parts:
        assert ((part == 0) | (part == 1)).all()
        for share, want in zip(part.mean(0).tolist(), (0, 0.2, 0.8, 1), strict=True):
            assert abs(share - want) <= 4.8 * (want * (1 - want) / len(INK)) ** 0.5
    assert not torch.equal(images.train, images.test)
    assert torch.equal(images.train, binarised_images([INK, INK, INK], how).train)
    assert (images.ink is not None) == isinstance(how, Dynamic)


def test_a_threshold_is_of_the_full_ink():
    images = binarised_images([INK, INK, INK], Threshold(level=0.25))
    assert images.ink is None and images.test[0].tolist() == [0, 0, 1, 1]


def test_grey_pixels_are_ink_from_zero_to_one():
    images = binarised_images([INK, INK[:1], INK[:2]], Grey())
    assert images.ink is None and [len(part) for part in images.parts] == [4_000, 1, 2]
    torch.testing.assert_close(images.train[0], torch.tensor([0.0, 0.2, 0.8, 1.0]))


def test_a_file_of_images_says_its_shape():
    content = bytes([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3]) + bytes(range(6))
    assert idx.parse_array(content, "x").tolist() == [[[0, 1, 2]], [[3, 4, 5]]]
    with pytest.raises(shelf.Corrupt, match="2x1x3"):
        idx.parse_array(content[:-1], "x")


class Few(MNIST):
    split, pixels = (3, 1, 2), 6


def test_the_last_images_to_train_on_are_for_validation(folder):
    ink = np.arange(36, dtype=np.uint8).reshape(6, 2, 3) * 7
    header = lambda n: bytes([0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 2, 0, 0, 0, 3])
    contents = [header(4) + ink[:4].tobytes(), header(2) + ink[4:].tobytes()]
    some = shelf.Shelf(
        "few", idx.image_files(*[hashlib.sha256(text).hexdigest() for text in contents])
    )
    some.folder.mkdir()
    for file, text in zip(some.files, contents, strict=True):
        (some.folder / f"{file.name}.gz").write_bytes(gzip.compress(text))
    images = idx.read_images(Few(validation=1), some)
    want = torch.from_numpy(ink.reshape(6, 6) > 127).float()
    pairs = zip(images.parts, want.split([3, 1, 2]), strict=True)
    assert all(torch.equal(part, rows) for part, rows in pairs)


@pytest.fixture
def few_letters(monkeypatch):
    """The structure of Omniglot's file, with five images and three."""
    monkeypatch.setattr(Omniglot, "split", (3, 2, 3))
    rng = np.random.default_rng(0)
    return {
        k: (rng.random((784, n)) < 0.2).astype(float) for k, n in (("data", 5), ("testdata", 3))
    }


def put_letters(arrays):
    omniglot.SHELF.folder.mkdir(exist_ok=True)
    scipy_io = pytest.importorskip("scipy.io")
    scipy_io.savemat(omniglot.SHELF.folder / "chardata.mat", arrays)


def changed(arrays, **changes):
    return arrays | {key: change(arrays[key]) for key, change in changes.items()}


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"data": np.transpose}, r"data of shape \(5, 784\), not \(784, 5\): an image a column"),
        ({"testdata": lambda x: x[:, :2]}, r"testdata of shape \(784, 2\), not \(784, 3\)"),
        ({"data": lambda x: x.reshape(28, 28, 5)}, r"shape \(28, 28, 5\)"),
        ({"data": lambda x: 255 * x}, "data with ink from 0 to 255, not from 0 to 1"),
        ({"testdata": lambda x: (255 * x).astype(np.uint8)}, "testdata with ink from 0 to 255"),
        ({"data": lambda x: 2 * x - 1}, "ink from -1 to 1"),
        ({"data": lambda x: x * np.nan}, "ink from nan to nan"),
        ({"data": lambda x: x * 0}, "ink from 0 to 0"),
        ({"data": lambda x: 1 - x}, "data with more ink than paper"),
        ({"data": lambda x: x.astype(complex)}, "complex128, not of numbers"),
    ],
    ids=["rows", "count", "axes", "bytes", "test", "signed", "nan", "blank", "inverted", "complex"],
)
def test_omniglot_of_another_order_or_range_is_refused(folder, few_letters, capsys, changes, words):
    put_letters(few_letters)
    assert len(data.load_images(Omniglot()).train) == 3
    put_letters(changed(few_letters, **changes))
    with pytest.raises(shelf.Corrupt, match=words):
        data.load_images(Omniglot())
    assert command.main(["verify", "omniglot"]) == 1 and "holds" in capsys.readouterr().out


def test_omniglot_may_be_of_booleans_or_grey(folder, few_letters):
    want = data_of(few_letters)
    for kind in (np.uint8, np.float32):
        assert torch.equal(data_of(changed(few_letters, data=lambda x: x.astype(kind))), want)
    put_letters(changed(few_letters, data=lambda x: np.where(x == 1, 0.75, 0.25)))
    assert data.load_images(Omniglot(binarisation=Grey())).train.unique().tolist() == [0.25, 0.75]


def data_of(arrays):
    put_letters(arrays)
    return data.load_images(Omniglot()).train


def test_omniglot_lies_in_columns_by_columns(folder):
    scipy_io = pytest.importorskip("scipy.io")
    spec = Omniglot()
    rng = np.random.default_rng(0)
    inks = {
        k: (rng.random((n, 28, 28), np.float32) < 0.2).astype(np.uint8)
        for k, n in (("data", 24_345), ("testdata", 8_070))
    }
    columns = {k: v.transpose(0, 2, 1).reshape(len(v), -1).T for k, v in inks.items()}
    omniglot.SHELF.folder.mkdir()
    scipy_io.savemat(omniglot.SHELF.folder / "chardata.mat", columns)
    images = data.load_images(spec)
    assert [len(part) for part in images.parts] == list(spec.split)
    assert torch.equal(images.test, torch.from_numpy(inks["testdata"].reshape(-1, 784)).float())
