"""Certifies an estimator: built-in, of an installed package, or MODULE:CLASS of one's own."""

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from ..core import Estimator
from ..registry import find_estimator
from ..specs.base import Estimator as Spec
from ..testing import DRAWS, certify

FEWEST, MOST = 1_000, 10_000_000
DRAWS_HELP = f"where values are not enumerated, {FEWEST:,} to {MOST:,}"


def draw_count(word: str) -> int:
    """Raises ArgumentTypeError outside of the bounds: fewer draws see no bias."""
    if not (word.isdecimal() and FEWEST <= int(word) <= MOST):
        raise argparse.ArgumentTypeError(
            f"{word} is not a whole number from {FEWEST:,} to {MOST:,}"
        )
    return int(word)


def main(words: list[str]) -> int:
    """The exit status: 0 if all that the estimator declares is kept."""
    parser = argparse.ArgumentParser(prog="gradarena check", description=__doc__)
    parser.add_argument("estimator", help="a name, or MODULE:CLASS")
    parser.add_argument(
        "--settings", type=json.loads, help="JSON; by default all that the class certifies"
    )
    parser.add_argument("--draws", type=draw_count, default=DRAWS, help=DRAWS_HELP)
    parser.add_argument("--json", action="store_true", help="for machines")
    options = parser.parse_args(words)
    try:
        cls = find_estimator(options.estimator)
    except LookupError as error:
        print(error, file=sys.stderr)
        return 2
    settings = certified_settings(cls) if options.settings is None else [options.settings]
    try:
        estimators = [cls(**s) for s in settings]
    except ValidationError as error:
        print(error, file=sys.stderr)
        return 2
    certificates = [certify(estimator, options.draws) for estimator in estimators]
    if options.json:
        print(
            json.dumps(
                [certificate.model_dump(mode="json") for certificate in certificates], indent=1
            )
        )
    else:
        print("\n\n".join(certificate.table() for certificate in certificates))
    return 0 if all(certificate.kept for certificate in certificates) else 1


def certified_settings(cls: type[Estimator]) -> Sequence[dict[str, Any]]:
    """Those that the class names; its defaults, if it has no spec."""
    return cls.certified if issubclass(cls, Spec) else ({},)
