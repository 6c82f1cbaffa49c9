"""Tries every built-in estimator and writes what was found beside the specs, or elsewhere."""

import json
from collections.abc import Mapping
from typing import Any

from ..arguments import certificates_parser
from ..oracle.provenance import code_digest
from ..registry import build_estimator
from ..specs import ESTIMATORS
from ..testing import certify


def main(words: list[str]) -> int:
    options = certificates_parser().parse_args(words)
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
