"""The files of MNIST and of those who took its form: a kind, the axes, and bytes."""

import numpy as np

from ..specs.datasets import Pictures
from . import Images
from .binarise import binarised_images
from .shelf import Corrupt, File, Shelf

# The kind of a file of bytes.
UBYTE = 8


def parse_array(content: bytes, name: str) -> np.ndarray:
    """[N, ...] of bytes.  Raises Corrupt."""
    kind, axes = content[2:4]
    shape = np.frombuffer(content, ">u4", axes, 4).astype(int)
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * axes)
    if kind != UBYTE or values.size != shape.prod():
        raise Corrupt(f"{name} is no file of {'x'.join(map(str, shape))} bytes.")
    return values.reshape(shape)


def read_images(spec: Pictures, shelf: Shelf) -> Images:
    """The last images to train on are for validation.  Raises Missing, Corrupt."""
    train, test = (
        parse_array(shelf.read(file), file.name).reshape(-1, spec.pixels) for file in shelf.files
    )
    first, later, _ = spec.sizes
    return binarised_images([train[:first], train[first : first + later], test], spec.binarisation)


def image_files(train: str, test: str) -> tuple[File, ...]:
    """The images of both parts, by their SHA-256."""
    return (File("train-images-idx3-ubyte", train), File("t10k-images-idx3-ubyte", test))
