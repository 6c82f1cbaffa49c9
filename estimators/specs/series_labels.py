"""What an estimator is called in the name of a series: read from the spec."""

from collections.abc import Iterator

from .base import Estimator, Spec, canonical


def series_label(spec: Estimator) -> str:
    """The name, and every setting that is not its default: "muprop_signal_normalise_true".
    Letters, digits, and the signs _ . - alone."""
    defaults = dict(_setting_leaves(type(spec).model_validate({})))
    leaves = _setting_leaves(spec)
    differing = [f"_{name}_{value}" for name, value in leaves if defaults.get(name) != value]
    return "".join([spec.name, *differing])


def _setting_leaves(spec: Spec, above: str = "") -> Iterator[tuple[str, str]]:
    """(name, value) of every leaf, names of parts joined: of the fields themselves, for JSON leaves
    some out."""
    for name in type(spec).model_fields:
        value = getattr(spec, name)
        if isinstance(value, Spec):
            yield from _setting_leaves(value, f"{above}{name}_")
        else:
            yield above + name, canonical(value).strip('"').replace("+", "")
