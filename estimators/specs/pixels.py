"""Which likelihood a decoder's output gives the pixels of an image."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from .base import Spec


class BernoulliPixels(Spec):
    """Zeros and ones: the decoder says their logits."""

    family: Literal["bernoulli"] = "bernoulli"
    grey: ClassVar[bool] = False


class GaussianPixels(Spec):
    """Grey values, each normal around what the decoder says."""

    family: Literal["gaussian"] = "gaussian"
    variance: float = Field(
        0.12, ge=0.00025, le=1, description="of a pixel; where it is learned, at the start"
    )
    learned: bool = Field(True, description="a variance for every pixel, the same for all images")
    grey: ClassVar[bool] = True


class GreyPixels(Spec):
    """Grey values as the chances of ones: the cross entropy, which is the mean of -log p over
    images of zeros and ones drawn from them."""

    family: Literal["cross_entropy"] = "cross_entropy"
    grey: ClassVar[bool] = True


AnyPixels = Annotated[BernoulliPixels | GaussianPixels | GreyPixels, Field(discriminator="family")]
