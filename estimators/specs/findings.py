"""What a probe finds: quantities of each estimator's gradient, with their 95% intervals.

A quantity is None where it drowns in noise, or is no number.
"""

from collections.abc import Sequence

from . import AnyEstimator
from .base import Declaration, Spec
from .moving import Moving
from .probe import Probe


class Quantity(Spec):
    value: float | None
    low: float | None = None  # of the 95% interval
    high: float | None = None


class GradientQuantities(Spec):
    """Of the gradient in some of the parameters."""

    variance: Quantity  # of one estimate on a minibatch of its own: trace of the covariance
    latent: Quantity  # the part due to noise, minibatch given
    data: Quantity  # the part due to the minibatch; an unbiased estimate, so it may be negative
    log_ratio: Quantity  # natural log of variance over that of leave-one-out with two draws
    latent_log_ratio: Quantity  # the same of the latent parts
    bias: Quantity  # relative: signed root of an unbiased estimate of |E g - g*|^2 / |g*|^2
    cosine: Quantity  # of E g, as trained, and g*
    squared_error: Quantity  # E|g - g*|^2: variance and squared bias
    signal_to_noise: Quantity  # |E g|^2 over variance
    work: Quantity  # variance times evaluations, forward + 2 backward


class EstimatorFindings(Spec):
    """What is known of one estimator."""

    estimator: AnyEstimator
    declared: Declaration
    forward: float  # evaluations per example, counted
    backward: float
    seconds: Quantity  # for one gradient on one thread here, among those that are taken together
    parts: dict[
        str, GradientQuantities
    ]  # all; encoder and decoder, where both are; every layer's maps
    moving: Moving | None = None  # of paper_mode


class Refusal(Spec):
    estimator: AnyEstimator
    reason: str


class Findings(Spec):
    """What one piece of a probe has found."""

    exact: bool  # whether the reference was enumerated
    found: tuple[EstimatorFindings, ...] = ()
    refused: tuple[Refusal, ...] = ()


class Report(Spec):
    probe: Probe
    exact: bool  # whether the reference was enumerated
    found: tuple[EstimatorFindings, ...]
    refused: tuple[Refusal, ...]

    @classmethod
    def joined(cls, probe: Probe, pieces: Sequence[Findings]) -> "Report":
        """Of one piece or more, in order."""
        found = tuple(found for piece in pieces for found in piece.found)
        refused = tuple(refused for piece in pieces for refused in piece.refused)
        return cls(probe=probe, exact=pieces[0].exact, found=found, refused=refused)
