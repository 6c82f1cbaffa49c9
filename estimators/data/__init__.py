"""Images of zeros and ones, split.  A module of this package has the name of its spec."""

import hashlib
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from ..specs.datasets import Dataset


class Corrupt(ValueError):
    """A file of a dataset is not the one that its name promises."""


class Images(NamedTuple):
    """Float tensors [N, pixels] of zeros and ones."""

    train: Tensor
    validation: Tensor
    test: Tensor


def load(spec: Dataset) -> Images:
    """The same images in the same order wherever it is called.  Raises Corrupt."""
    return Images(*import_module(f".{spec.name}", __package__).load(spec))


def verified(path: Path, sha256: str) -> Path:
    """The path of a file that holds what it should.  Raises Corrupt."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise Corrupt(f"{path.name} has the SHA-256 {found}, and {sha256} is wanted.")
    return path
