"""Images, split: of zeros and ones, or grey.

A new dataset is a module here with the name of its spec, and in it ``load_images(spec) -> Images``;
``SHELF`` beside it, a ``shelf.Shelf``, says where its files are had if they do not ship with the
package.  The other half is its spec: ``estimators/specs/datasets.py``.  Nothing else is touched.
"""

from importlib import import_module
from typing import NamedTuple

from torch import Tensor

from ..specs.datasets import Dataset


class Images(NamedTuple):
    """Float tensors [N, pixels], from 0 to 1.  Rows come first: of two pictures in one, the upper
    one.  ``ink``: of ``train``, where its pixels are drawn anew at every step."""

    train: Tensor
    validation: Tensor
    test: Tensor
    ink: Tensor | None = None

    @property
    def parts(self) -> tuple[Tensor, Tensor, Tensor]:
        return self.train, self.validation, self.test


def load_images(spec: Dataset) -> Images:
    """The same images in the same order wherever it is called.

    Raises shelf.Missing, shelf.Corrupt, and ImportError where a reader wants a package that is not
    installed.
    """
    reader = import_module(f".{spec.name}", __package__)
    images: Images = reader.load_images(spec)
    return images
