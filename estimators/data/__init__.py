"""Images, split: of zeros and ones, or grey.  A module of this package has the name of its spec."""

from importlib import import_module
from typing import NamedTuple

from torch import Tensor

from ..specs.datasets import Dataset


class Images(NamedTuple):
    """Float tensors [N, pixels], from 0 to 1.  Rows come first: of two pictures in one, the upper
    one."""

    train: Tensor
    validation: Tensor
    test: Tensor
    ink: Tensor | None = (
        None  # of ``train``, from 0 to 1, where pixels are drawn anew at every step
    )

    @property
    def parts(self) -> tuple[Tensor, Tensor, Tensor]:
        return self[:3]


def load(spec: Dataset) -> Images:
    """The same images in the same order wherever it is called.  Raises shelf.Missing,
    shelf.Corrupt."""
    return import_module(f".{spec.name}", __package__).load(spec)
