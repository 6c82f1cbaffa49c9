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


class Nothing(Dataset):
    """No data: for toys, whose cost is a function of the units alone."""

    name: Literal["nothing"] = "nothing"
    pixels, split, tasks = 0, (1, 1, 1), ("nothing",)
    source = "none"


AnyDataset = Annotated[Digits | Nothing, Field(discriminator="name")]
DATASETS: dict[str, type[Dataset]] = {"digits": Digits, "nothing": Nothing}
