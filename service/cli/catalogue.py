"""The command ``estimators``: what there is, from the specs, without a service."""

import json
from typing import Annotated

import typer
from rich.text import Text

from estimators.specs import ESTIMATORS
from service import catalogue
from service.catalogue import EstimatorEntry, Parameter

from .options import BAD_INPUT, AsJson, out, print_json, stop
from .tables import Cell, text_table

Name = Annotated[str | None, typer.Argument(help="One of them, with all its parameters.")]
LEGEND = (
    "units: B Bernoulli, C categorical, G Gaussian.  unbiased for: the costs for which the "
    "expectation of the estimate is the gradient (all_up_to_scale: but for a positive factor per "
    "layer).  evaluations/step: of the cost, forward + backward, per example.  Under the paper: "
    "parameters with defaults and bounds."
)


def estimators_command(name: Name = None, as_json: AsJson = False) -> None:
    """List the estimators: paper, unit families, what each is unbiased for, cost, parameters."""
    if name is None:
        entries = catalogue.estimator_entries()
        return (
            print_json([entry.model_dump(mode="json") for entry in entries])
            if as_json
            else print_estimators(entries)
        )
    if name not in ESTIMATORS:
        stop(f"There is no estimator {name}.  gradarena estimators lists them.", BAD_INPUT)
    entry = catalogue.estimator_detail(name)
    print_json(entry.model_dump(mode="json")) if as_json else print_estimator(entry)


def print_estimators(entries: list[EstimatorEntry]) -> None:
    titles = ("name", "units", "unbiased for", "evaluations/step", "paper")
    out.print(text_table(titles, map(estimator_cells, entries), whole=titles[:4]))
    out.print(LEGEND, style="dim")


def paper_text(entry: EstimatorEntry) -> Text:
    """And a line for the parameters."""
    parameters = ", ".join(
        f"{one.name}={default_text(one.default)}" + (f" ({one.bounds})" if one.bounds else "")
        for one in entry.parameters
    )
    return Text.assemble(entry.title, ("\n" + parameters if parameters else "", "dim"))


def print_estimator(entry: EstimatorEntry) -> None:
    on = f"{entry.cost.model['name']} of {len(entry.cost.model['layers'])} layers"
    about = [
        f"units: {', '.join(entry.families)}.",
        f"unbiased for: {entry.unbiased_for}.  objective: {entry.objective}.",
        f"evaluations/step: {entry.cost.text} per example, on {on}.",
    ]
    out.print(Text(f"{entry.name}: {entry.title}", style="bold"))
    out.print("\n".join([*about, *entry.links]), highlight=False)
    titles = ("parameter", "type", "default", "bounds", "")
    table = text_table(titles, map(parameter_cells, entry.parameters))
    out.print(table if entry.parameters else "No parameters.")


def estimator_cells(entry: EstimatorEntry) -> list[Cell]:
    units = "".join(family[0].upper() for family in entry.families)
    return [entry.name, units, entry.unbiased_for, entry.cost.text, paper_text(entry)]


def parameter_cells(parameter: Parameter) -> tuple[str, ...]:
    return (
        parameter.name,
        parameter.type,
        default_text(parameter.default),
        parameter.bounds,
        parameter.description,
    )


def default_text(default: object) -> str:
    """As JSON writes it."""
    return json.dumps(default)
