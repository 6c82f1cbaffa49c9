"""What a dataset is: where its images come from, what becomes of their ink, how they are split.

A new dataset is a class here, its name in ``AnyDataset`` at the end, and a reader: a module of
``estimators/data/`` with the dataset's name.  Nothing else is touched: the API's catalogue,
refusals, the command ``data`` and the tests follow from these two.
"""

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field

from .base import Spec, late_field
from .models import Model

WANTS = {
    "halves": "images, to predict one half from the other",
    "pixels": "images of one picture",
    "nothing": "no data, which is the dataset nothing",
}


class Dataset(Spec):
    """``pixels``: of one image, or of the two that are one example.  ``split``: how many to train,
    validate and test on; empty where the file decides.  ``tasks``: those of models that it serves.
    ``files``: names in the folder of datasets; none where they ship with the package."""

    name: str
    pixels: ClassVar[int]
    split: ClassVar[tuple[int, ...]]
    tasks: ClassVar[tuple[str, ...]] = ("halves", "pixels")
    source: ClassVar[str]
    files: ClassVar[tuple[str, ...]] = ()

    @property
    def grey(self) -> bool:
        """Whether pixels to be given a likelihood are other than zero and one."""
        return False

    @property
    def sizes(self) -> tuple[int, ...]:
        """Images to train, validate and test on; as ``split``, unless a setting moves it."""
        return self.split

    def refuses(self, model: Model) -> str | None:
        """Why a model cannot train on these data; None if it can."""
        if model.task not in self.tasks:
            return f"{model.name} cannot train on {self.name}: it wants {WANTS[model.task]}."
        if self.grey and not model.grey:
            plain = "it gives zeros and ones a likelihood, and these pixels are grey"
            return f"{model.name} cannot train on {self.name} as it is here: {plain}."
        return None


class Digits(Dataset):
    """The 8x8 handwritten digits of UCI (Alpaydin and Kaynak, 1998), thresholded; ships with the
    package."""

    name: Literal["digits"] = "digits"
    threshold: float = Field(
        0.5, gt=0, lt=1, description="a pixel is one above this share of the full ink"
    )
    pixels, split = 64, (1_297, 250, 250)
    source = (
        "UCI machine learning repository, Optical recognition of handwritten digits (test part),"
        " CC BY 4.0"
    )


class Threshold(Spec):
    name: Literal["threshold"] = "threshold"
    level: float = Field(
        0.5, gt=0, lt=1, description="a pixel is one above this share of the full ink"
    )


class Static(Spec):
    """Every pixel is drawn once, and is one with the probability of its ink."""

    name: Literal["static"] = "static"
    seed: int = Field(0, ge=0, le=2**31 - 1)


class Dynamic(Spec):
    """Pixels to train on are drawn anew at every step, with the run's own seed; all others are
    static."""

    name: Literal["dynamic"] = "dynamic"
    seed: int = Field(
        0, ge=0, le=2**31 - 1, description="of the pixels that are evaluated and measured"
    )


class Grey(Spec):
    """Ink as it is, from 0 to 1: for likelihoods of grey values."""

    name: Literal["grey"] = "grey"


Binarisation = Annotated[Threshold | Static | Dynamic | Grey, Field(discriminator="name")]


class Pictures(Dataset):
    """28x28 grey images from files that are fetched, or put in the data folder by hand."""

    binarisation: Binarisation = Threshold()
    pixels = 784
    files: ClassVar[tuple[str, ...]] = ("train-images-idx3-ubyte", "t10k-images-idx3-ubyte")

    @property
    def grey(self) -> bool:
        return isinstance(self.binarisation, Grey)


class MNIST(Pictures):
    """Handwritten digits (LeCun, Cortes, Burges, 1998); the last 10,000 to train on are for
    validation."""

    name: Literal["mnist"] = "mnist"
    validation: int = late_field(
        10_000, ge=1, le=59_999, description="of the 60,000 to train on, the last, to validate on"
    )
    split = (50_000, 10_000, 10_000)
    source = "Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits"

    @property
    def sizes(self) -> tuple[int, ...]:
        first, later, last = self.split
        return first + later - self.validation, self.validation, last


class BinarisedMNIST(Dataset):
    """MNIST's digits as zeros and ones drawn once, for everybody the same (Larochelle and Murray,
    AISTATS 2011, after Salakhutdinov and Murray, ICML 2008)."""

    name: Literal["binarised_mnist"] = "binarised_mnist"
    pixels, split = 784, (50_000, 10_000, 10_000)
    files = (
        "binarized_mnist_train.amat",
        "binarized_mnist_valid.amat",
        "binarized_mnist_test.amat",
    )
    source = "H. Larochelle, binarized MNIST, www.cs.toronto.edu/~larocheh/public/datasets"


class FashionMNIST(Pictures):
    """Clothes (Xiao, Rasul, Vollgraf, arXiv:1708.07747); the last 10,000 to train on are for
    validation."""

    name: Literal["fashion_mnist"] = "fashion_mnist"
    split = (50_000, 10_000, 10_000)
    source = "Zalando Research, Fashion-MNIST; MIT licence"


class Omniglot(Pictures):
    """Letters of fifty alphabets (Lake, Salakhutdinov, Tenenbaum, Science 350, 2015), in the 28x28
    version and with the test part of Burda et al. (ICLR 2016, arXiv:1509.00519)."""

    name: Literal["omniglot"] = "omniglot"
    split, files = (23_000, 1_345, 8_070), ("chardata.mat",)
    source = "B. Lake, R. Salakhutdinov, J. Tenenbaum, Omniglot; chardata.mat of Burda et al."


class TFD(Dataset):
    """The Toronto Face Database at 48x48 (Susskind, Anderson, Hinton, University of Toronto, 2010):
    each face of a subject, thresholded, under the mean of the subject's faces.  The file is the
    user's own."""

    name: Literal["tfd"] = "tfd"
    fold: int = Field(0, ge=0, le=4, description="which of the file's five ways to split")
    threshold: float = Field(
        0.5, gt=0, lt=1, description="a pixel is one above this share of the full ink"
    )
    pixels, split, tasks, files = 2 * 48 * 48, (), ("halves",), ("TFD_48x48.mat",)
    source = (
        "J. Susskind, A. Anderson, G. Hinton, The Toronto Face Database; from its authors alone"
    )


class Nothing(Dataset):
    """No data: for toys, whose cost is a function of the units alone."""

    name: Literal["nothing"] = "nothing"
    pixels, split, tasks = 0, (1, 1, 1), ("nothing",)
    source = "none"


AnyDataset = Annotated[
    Digits | MNIST | BinarisedMNIST | FashionMNIST | Omniglot | TFD | Nothing,
    Field(discriminator="name"),
]
DATASETS: dict[str, type[Dataset]] = {
    cls.model_fields["name"].default: cls for cls in get_args(get_args(AnyDataset)[0])
}
