"""What a dataset is: where its images come from, how they become zeros and ones, how they are split."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Spec


class Dataset(Spec):
    name: str
    pixels: ClassVar[int]  # of one image
    split: ClassVar[tuple[int, int, int]]  # train, validation, test
    tasks: ClassVar[tuple[str, ...]] = ("halves", "pixels")
    source: ClassVar[str]


class Digits(Dataset):
    """The 8x8 handwritten digits of UCI (Alpaydin and Kaynak, 1998), thresholded; ships with the package."""

    name: Literal["digits"] = "digits"
    threshold: float = Field(0.5, gt=0, lt=1, description="a pixel is one above this share of the full ink")
    pixels, split = 64, (1_297, 250, 250)
    source = (
        "UCI machine learning repository, Optical recognition of handwritten digits (test part), CC BY 4.0"
    )


class Threshold(Spec):
    name: Literal["threshold"] = "threshold"
    level: float = Field(0.5, gt=0, lt=1, description="a pixel is one above this share of the full ink")


class Static(Spec):
    """Every pixel is drawn once, and is one with the probability of its ink."""

    name: Literal["static"] = "static"
    seed: int = Field(0, ge=0, le=2**31 - 1)


class Dynamic(Spec):
    """Pixels to train on are drawn anew at every step, with the run's own seed; all others are static."""

    name: Literal["dynamic"] = "dynamic"
    seed: int = Field(0, ge=0, le=2**31 - 1, description="of the pixels that are evaluated and measured")


Binarisation = Annotated[Threshold | Static | Dynamic, Field(discriminator="name")]


class Pictures(Dataset):
    """28x28 grey images from files that are fetched, or put in the data folder by hand."""

    binarisation: Binarisation = Threshold()
    pixels = 784


class MNIST(Pictures):
    """Handwritten digits (LeCun, Cortes, Burges, 1998); the last 10,000 to train on are for validation."""

    name: Literal["mnist"] = "mnist"
    split = (50_000, 10_000, 10_000)
    source = "Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits"


class FashionMNIST(Pictures):
    """Clothes (Xiao, Rasul, Vollgraf, arXiv:1708.07747); the last 10,000 to train on are for validation."""

    name: Literal["fashion_mnist"] = "fashion_mnist"
    split = (50_000, 10_000, 10_000)
    source = "Zalando Research, Fashion-MNIST; MIT licence"


class Omniglot(Pictures):
    """Letters of fifty alphabets (Lake, Salakhutdinov, Tenenbaum, Science 350, 2015), in the 28x28 version
    and with the test part of Burda et al. (ICLR 2016, arXiv:1509.00519)."""

    name: Literal["omniglot"] = "omniglot"
    split = (23_000, 1_345, 8_070)
    source = "B. Lake, R. Salakhutdinov, J. Tenenbaum, Omniglot; chardata.mat of Burda et al."


class Nothing(Dataset):
    """No data: for toys, whose cost is a function of the units alone."""

    name: Literal["nothing"] = "nothing"
    pixels, split, tasks = 0, (1, 1, 1), ("nothing",)
    source = "none"


AnyDataset = Annotated[Digits | MNIST | FashionMNIST | Omniglot | Nothing, Field(discriminator="name")]
DATASETS: dict[str, type[Dataset]] = {
    cls.model_fields["name"].default: cls for cls in (Digits, MNIST, FashionMNIST, Omniglot, Nothing)
}
