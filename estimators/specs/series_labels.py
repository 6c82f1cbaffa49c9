"""What an estimator is called in the name of a series: read from the spec."""

from collections.abc import Iterator, Mapping
from typing import Any

from .base import Estimator, canonical


def series_label(spec: Estimator) -> str:
    """The name, and every setting that is not its default: "muprop_signal_normalise_true".
    Letters, digits, and the signs _ . - alone."""
    defaults = dict(_setting_leaves(type(spec).model_validate({}).model_dump(mode="json")))
    leaves = _setting_leaves(spec.model_dump(mode="json"))
    differing = [f"_{name}_{value}" for name, value in leaves if defaults[name] != value]
    return "".join([spec.name, *differing])


def _setting_leaves(tree: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """(name, value) of every leaf, names of parts joined."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _setting_leaves(value, f"{above}{name}_")
        else:
            yield above + name, canonical(value).strip('"').replace("+", "")
