"""Tries every built-in estimator and writes what was found beside the specs, or elsewhere."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..oracle.provenance import code_digest
from ..registry import build_estimator
from ..specs import ESTIMATORS
from ..specs.certificates import STORE
from ..testing import DRAWS, certify
from .check import DRAWS_HELP, draw_count


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="gradarena certificates", description=__doc__)
    parser.add_argument(
        "names", nargs="*", type=known_name, metavar="NAME", help="estimators; all by default"
    )
    parser.add_argument("--draws", type=draw_count, default=DRAWS, help=DRAWS_HELP)
    parser.add_argument("--output", type=Path, default=Path(str(STORE)), help="file to write")
    parser.add_argument("--stale", action="store_true", help="only those whose code has changed")
    options = parser.parse_args(words)
    stored = json.loads(options.output.read_text()) if options.output.exists() else {}
    for name in options.names or ESTIMATORS:
        if options.stale and is_fresh(name, stored.get(name, [])):
            continue
        tried = [
            certify(build_estimator(ESTIMATORS[name](**s)), options.draws)
            for s in ESTIMATORS[name].certified
        ]
        stored[name] = [certificate.model_dump(mode="json") for certificate in tried]
        print(f"{name:24s} {'kept' if all(c.kept for c in tried) else 'NOT KEPT'}", flush=True)
        options.output.write_text(
            certificates_text({name: stored[name] for name in sorted(stored) if name in ESTIMATORS})
        )
    return 0


def known_name(word: str) -> str:
    """Raises ArgumentTypeError where no built-in estimator has it."""
    if word not in ESTIMATORS:
        raise argparse.ArgumentTypeError(f"{word} is none of {', '.join(ESTIMATORS)}")
    return word


def is_fresh(name: str, stored: list[dict[str, Any]]) -> bool:
    """Whether the stored certificates are of all settings to be certified, and of this code."""
    estimators = [
        build_estimator(ESTIMATORS[name](**settings)) for settings in ESTIMATORS[name].certified
    ]
    current = [(each.model_dump(mode="json"), code_digest(each)) for each in estimators]
    return current == [(each["estimator"], each["code"]) for each in stored]


def certificates_text(certificates: Mapping[str, list[dict[str, Any]]]) -> str:
    """JSON with one row of a certificate to a line, by name of estimator."""
    blocks = []
    for name, several in certificates.items():
        each = [
            f' {{"estimator": {json.dumps(c["estimator"])},\n  "code": "{c["code"]}",\n'
            + '  "rows": [\n   '
            + ",\n   ".join(map(json.dumps, c["rows"]))
            + "]}"
            for c in several
        ]
        blocks.append(f'"{name}": [\n' + ",\n".join(each) + "\n]")
    return "{\n" + ",\n".join(blocks) + "\n}\n"
