"""What a registered benchmark declares, in words."""

from collections.abc import Iterable
from typing import Any

from analysis.records.labels import estimator_label
from analysis.records.phrases import count_text
from estimators.specs.protocols import Protocol


def protocol_facts(protocol: Protocol) -> dict[str, str]:
    """What is trained, how it is tuned and what decides, by words."""
    return {
        "model": _model_text(protocol),
        "data": _part_text(protocol.dataset.model_dump(mode="json")),
        "training": _training_text(protocol),
        "tuning": _tuning_text(protocol),
        "confirmation": f"{count_text(len(protocol.seeds), 'seed')}: {_seed_text(protocol.seeds)}; "
        "tuning never sees them",
        "evaluation": _evaluation_text(protocol),
        "budgets": _budget_text(protocol),
        "entries": "as many as come" if protocol.entries is None else f"{protocol.entries} at most",
        "looks": f"the board may be tested {count_text(protocol.looks, 'time')}",
        "target": _reach_text(protocol),
    }


def _model_text(protocol: Protocol) -> str:
    layers = [layer.model_dump() for layer in protocol.model.layers]
    sizes = " - ".join(
        f"{layer['n']} {layer['family']}"
        + (f" of {layer['classes']} classes" if "classes" in layer else "")
        for layer in layers
    )
    rest = protocol.model.model_dump(mode="json", exclude={"layers"})
    return f"{_part_text(rest)}; layers from the input up: {sizes}"


def _part_text(part: dict[str, Any]) -> str:
    """A part of a spec: its name, then its settings."""
    settings = [
        f"{name.replace('_', ' ')} {_value_text(value)}"
        for name, value in part.items()
        if name != "name"
    ]
    return ", ".join([str(part["name"]).replace("_", " "), *settings])


def _value_text(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(_value_text(one) for one in value.values())
    if isinstance(value, list):
        return " and ".join(_value_text(one) for one in value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _training_text(protocol: Protocol) -> str:
    optimizer = _part_text(protocol.optimizer.model_dump(mode="json"))
    return (
        f"{protocol.budgets.steps:,} steps, minibatches of {protocol.batch_size:,}, "
        f"costs reduced by their {protocol.reduction}; {optimizer}"
    )


def _tuning_text(protocol: Protocol) -> str:
    rates, seeds = protocol.tuning.learning_rates, protocol.tuning.seeds
    return (
        f"{count_text(len(rates), 'learning rate')} ({', '.join(f'{rate:g}' for rate in rates)}) "
        f"on {count_text(len(seeds), 'seed')} ({_seed_text(seeds)}): "
        f"{count_text(len(rates) * len(seeds), 'run')}, alike for every entry"
    )


def _seed_text(seeds: Iterable[int]) -> str:
    """As a range where they follow one another."""
    some = list(seeds)
    if len(some) > 2 and some == list(range(some[0], some[-1] + 1)):
        return f"{some[0]} to {some[-1]}"
    return ", ".join(map(str, some))


def _evaluation_text(protocol: Protocol) -> str:
    samples = " and ".join(f"{count:,}" for count in protocol.evaluation.counts)
    return f"every {protocol.evaluation.every:,} steps, with {samples} samples of the bound"


def _budget_text(protocol: Protocol) -> str:
    budgets = protocol.budgets
    more = [
        f"{amount:,.4g} {unit}"
        for amount, unit in (
            (budgets.evaluations, "evaluations of the cost per example"),
            (budgets.seconds, "seconds of training"),
        )
        if amount is not None
    ]
    return ", ".join([f"{budgets.steps:,} steps", *more])


def _reach_text(protocol: Protocol) -> str:
    reach = protocol.reach
    if reach is None:
        return "none is fixed: no board asks how soon one is reached"
    reference = estimator_label(reach.reference.model_dump(mode="json"))
    every = ", ".join(f"{target:g}" for target in reach.targets)
    return (
        f"validation bound {reach.target:g}, from {reference} at learning rate "
        f"{reach.learning_rate:g}"
        + (f"; profiles take {every}" if every else "")
        + (f": {reach.source}" if reach.source else "")
    )
