"""What a probe finds: quantities of each estimator's gradient, with their 95% intervals.

A quantity is None where it drowns in noise, or is no number.
"""

from collections.abc import Sequence

from pydantic import Field

from . import AnyEstimator
from .base import Declaration, Spec
from .moving import Moving
from .probe import Probe


class Quantity(Spec):
    value: float | None
    low: float | None = Field(None, description="of the 95% interval")
    high: float | None = None


class GradientQuantities(Spec):
    """Of the gradient in some of the parameters.

    A new quantity is a field here and a line of ``measuring.judge.ProbeJudge.figures``; reports
    that were stored without it need a default.  ``measuring.report_table`` chooses what people see.
    """

    variance: Quantity = Field(
        description="of one estimate on a minibatch of its own: trace of the covariance"
    )
    latent: Quantity = Field(description="the part due to noise, minibatch given")
    data: Quantity = Field(
        description="the part due to the minibatch; an unbiased estimate, so it may be negative"
    )
    log_ratio: Quantity = Field(
        description="natural log of variance over that of leave-one-out with two draws"
    )
    latent_log_ratio: Quantity = Field(description="the same of the latent parts")
    bias: Quantity = Field(
        description="relative: signed root of an unbiased estimate of |E g - g*|^2 / |g*|^2"
    )
    cosine: Quantity = Field(description="of E g, as trained, and g*")
    squared_error: Quantity = Field(description="E|g - g*|^2: variance and squared bias")
    signal_to_noise: Quantity = Field(description="|E g|^2 over variance")
    work: Quantity = Field(description="variance times evaluations, forward + 2 backward")


class WarmUp(Spec):
    """What an estimator learned before it was measured, parameters frozen."""

    steps: int
    settled: bool | None = Field(
        None,
        description="whether twice as many steps changed the second moment of its gradient in the"
        " encoder by 1% at most, twice in a row; none: nothing to learn, or no step",
    )
    change: float | None = Field(None, description="of that moment, relative, at the last look")
    criterion: float | None = Field(
        None,
        description="what its own criterion comes to: the mean square of the signal that"
        " baselines leave, or the share of the square of the gradient (1/2: nothing gained),"
        " summed over layers",
    )
    reached: dict[str, tuple[float, ...]] = Field(
        {}, description="temperature, eta, alpha, scales: a number for each layer"
    )


class EstimatorFindings(Spec):
    """What is known of one estimator."""

    estimator: AnyEstimator
    declared: Declaration
    forward: float = Field(description="evaluations per example, counted")
    backward: float
    seconds: Quantity = Field(
        description="for one gradient on one thread here, among those that are taken together"
    )
    parts: dict[
        str, GradientQuantities
    ]  # all; encoder and decoder, where both are; every layer's maps
    moving: Moving | None = Field(None, description="of paper_mode")
    warm_up: WarmUp | None = Field(None, description="of reports since there is a criterion")

    @property
    def encoder(self) -> GradientQuantities:
        """Of the parameters that an estimator acts on; of the whole where there are none apart."""
        return self.parts.get("encoder", self.parts["all"])


class Refusal(Spec):
    estimator: AnyEstimator
    reason: str


class Findings(Spec):
    """What one piece of a probe has found."""

    exact: bool = Field(description="whether the reference was enumerated")
    found: tuple[EstimatorFindings, ...] = ()
    refused: tuple[Refusal, ...] = ()


class Report(Spec):
    probe: Probe
    exact: bool = Field(description="whether the reference was enumerated")
    found: tuple[EstimatorFindings, ...]
    refused: tuple[Refusal, ...]

    @classmethod
    def joined(cls, probe: Probe, pieces: Sequence[Findings]) -> "Report":
        """Of one piece or more, in order."""
        return cls(
            probe=probe,
            exact=pieces[0].exact,
            found=tuple(each for piece in pieces for each in piece.found),
            refused=tuple(each for piece in pieces for each in piece.refused),
        )
