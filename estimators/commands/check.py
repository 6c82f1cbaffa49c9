"""Certifies an estimator: built-in, of an installed package, or MODULE:CLASS of one's own."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError

from ..arguments import check_parser
from ..core import Estimator
from ..registry import find_estimator
from ..specs.base import Estimator as Spec
from ..testing import certify


def main(words: list[str]) -> int:
    """The exit status: 0 if all that the estimator declares is kept."""
    options = check_parser().parse_args(words)
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
