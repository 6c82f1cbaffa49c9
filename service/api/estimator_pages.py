"""Pages of estimators: what each is, what the oracle found of it, and where it ranks."""

import ast
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy.orm import Session

from analysis.ledger.bundles import ships
from analysis.ledger.sensitivity import RateCurve
from analysis.pages.estimator import EstimatorStory, Place, estimator_list, estimator_page
from analysis.pages.ranking import family_name
from analysis.records.formulas import FORMULAS
from analysis.records.phrases import interval_text, rank_text
from estimators.specs.protocols import Protocol
from service import entries, ledgers
from service.catalogue import EstimatorDetail

from .catalogue import Name, all_estimators, get_estimator
from .deps import Reader
from .pages import html_response

router = APIRouter(prefix="/estimators", include_in_schema=False)


@router.get("")
def show_estimators(session: Reader) -> Response:
    lines = [
        (
            one.name,
            one.title,
            ", ".join(one.families),
            one.unbiased_for.replace("_", " "),
            one.cost.text,
        )
        for one in all_estimators(session)
    ]
    return html_response(estimator_list(lines))


@router.get("/{name}")
def show_estimator(name: Name, session: Reader) -> Response:
    detail = get_estimator(name, session)
    story = EstimatorStory(
        name=detail.name,
        paper=detail.title,
        links=detail.links,
        formula=FORMULAS.get(detail.name, ""),
        text=method_text(detail.name),
        facts=declared_facts(detail),
        parameters=[
            (one.name, _default_text(one.default), one.bounds, one.description)
            for one in detail.parameters
        ],
        certificates=detail.certificates,
        places=estimator_places(session, detail.name),
    )
    return html_response(estimator_page(story))


def method_text(name: str) -> str:
    """What the file of a built-in estimator says of it; read, and not imported: it wants torch."""
    source = files("estimators").joinpath("methods", f"{name}.py")
    return (ast.get_docstring(ast.parse(source.read_text())) or "") if source.is_file() else ""


def declared_facts(detail: EstimatorDetail) -> dict[str, str]:
    """What it declares at its default settings, by words."""
    sentences = {True: "keeps what it declares", False: "does not keep it", None: "not tried yet"}
    family = family_name(detail.name)
    return ({"family": family} if family else {}) | {
        "unbiased for": detail.unbiased_for.replace("_", " "),
        "oracle": sentences[detail.kept],
        "objective": detail.objective.replace("_", " "),
        "units": ", ".join(detail.families) + ("" if detail.autoregressive else "; drawn together"),
        "evaluations/step": f"{detail.cost.text} of the cost per example, forward + backward",
    }


def _default_text(default: Any) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    return "none" if default is None else str(default)


def estimator_places(session: Session, name: str) -> list[Place]:
    """Its ranked entries on every benchmark that has some, entered here, or shipped for its newest
    version."""
    counts = entries.entry_counts(session)
    shipped = [one.id for one in entries.newest_protocols(session) if ships(one)]
    return [
        one
        for id, protocol in sorted(entries.all_protocols(session).items())
        if id in counts or id in shipped
        for one in benchmark_places(session, protocol, name)
    ]


def benchmark_places(session: Session, protocol: Protocol, name: str) -> list[Place]:
    names = ledgers.ranked_names(session, protocol)
    if name not in names.values():
        return []
    curves = ledgers.tuned_rates(session, protocol)
    return [
        Place(
            protocol.id,
            row.label,
            rank_text(row.ranks),
            interval_text(row.median),
            row.setting.get("learning_rate"),
            bounds_by_rate(curves.get(row.entry_id)),
        )
        for row in ledgers.leading_board(session, protocol).rows
        if names.get(row.entry_id) == name
    ]


def bounds_by_rate(curve: RateCurve | None) -> dict[float, float | None]:
    """Null where every seed diverged."""
    return {point.learning_rate: point.mean for point in curve.points} if curve else {}
