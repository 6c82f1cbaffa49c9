"""Larochelle's files: read where they are, asked for where they lack, refused where they differ."""

import numpy as np
import pytest

from estimators import data
from estimators.data import binarised_mnist, idx, shelf
from estimators.data.binarised_mnist import parse_lines
from estimators.specs.datasets import MNIST, BinarisedMNIST

IMAGES = (np.random.default_rng(1).random((5, 784)) < 0.3).astype(int)
TEXT = "".join(" ".join(map(str, row)) + " \n" for row in IMAGES).encode()


def test_an_image_is_a_line():
    assert (parse_lines(TEXT, "some.amat", 5) == IMAGES).all()


@pytest.mark.parametrize(
    "content, word",
    [
        (TEXT.replace(b"1", b"2", 1), "other than zeros and ones"),
        (TEXT.replace(b"0", b"-", 1), "other than zeros and ones"),
        (TEXT.split(b"\n", 1)[1], "holds 3136 figures"),
        (TEXT.replace(b"\n", b"", 1), "lines of 784"),
        (b"", "holds 0 figures"),
    ],
)
def test_other_contents_are_refused(content, word):
    with pytest.raises(shelf.Corrupt, match=word):
        parse_lines(content, "some.amat", 5)


def test_images_are_those_of_the_three_files(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADARENA_DATASETS", str(tmp_path))
    sizes = property(lambda self: (5, 5, 5))
    monkeypatch.setattr(BinarisedMNIST, "sizes", sizes)
    with pytest.raises(shelf.Missing, match="binarized_mnist_train.amat.*data fetch"):
        data.load_images(BinarisedMNIST())
    (tmp_path / "binarised_mnist").mkdir()
    for file in BinarisedMNIST.files:
        (tmp_path / "binarised_mnist" / file).write_bytes(TEXT)
    images = data.load_images(BinarisedMNIST())
    assert all((part.numpy() == IMAGES).all() for part in images.parts)
    assert "lines of 784" in binarised_mnist.SHELF.state(binarised_mnist.FILES[0])


def test_what_mnist_validates_on_is_a_setting(monkeypatch):
    assert MNIST(validation=1_000).sizes == (59_000, 1_000, 10_000)
    assert MNIST().sizes == MNIST.split and MNIST().digest == MNIST(validation=10_000).digest
    whole = np.arange(60_000 * 4, dtype=np.uint32).astype(np.uint8).reshape(60_000, 4)
    monkeypatch.setattr(idx, "parse_array", lambda content, name: whole)
    monkeypatch.setattr(shelf.Shelf, "read", lambda self, file: b"")
    monkeypatch.setattr(MNIST, "pixels", 4)
    grey = MNIST(validation=1_000, binarisation={"name": "grey"})
    images = data.load_images(grey)
    assert [len(part) for part in images.parts[:2]] == [59_000, 1_000]
    assert (images.validation[0] * 255).round().int().tolist() == whole[59_000].tolist()
