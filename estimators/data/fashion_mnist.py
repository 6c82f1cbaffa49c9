"""Zalando's Fashion-MNIST."""

from ..specs.datasets import FashionMNIST
from . import Images, idx
from .packages import Package, deb, debian
from .shelf import Shelf

DEBIAN = "pool/main/d/dataset-fashion-mnist/dataset-fashion-mnist_0.0~git20200523.55506a9-1_all.deb"
SHELF = Shelf(
    "fashion_mnist",
    idx.image_files(
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    mirrors=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ),
    packages=(Package("Debian dataset-fashion-mnist", debian(DEBIAN), deb),),
)


def load_images(spec: FashionMNIST) -> Images:
    """Raises Missing, Corrupt."""
    return idx.read_images(spec, SHELF)
