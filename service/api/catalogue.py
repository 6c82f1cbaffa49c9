"""What can be asked for: estimators, models, datasets."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path

from estimators.specs import ESTIMATORS
from estimators.specs.datasets import DATASETS
from estimators.specs.models import MODELS
from service import catalogue, errors, plugins
from service.catalogue import DatasetEntry, EstimatorDetail, EstimatorEntry, ModelEntry

from .deps import JSON, Reader, offers
from .problems import documented

router = APIRouter(prefix="/v1", tags=["catalogue"], dependencies=[Depends(offers(JSON))])
FAULTS = documented(errors.NotFound, errors.Invalid)
Entry = TypeVar("Entry")
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9_:.-]{1,100}$")]


@router.get("/estimators", operation_id="list_estimators")
def estimators(session: Reader) -> list[EstimatorEntry]:
    """Paper, declared property, unit families, cost, parameters with bounds; those of other
    packages that workers have stand beside the built-in ones."""
    others = [EstimatorEntry(**vars(entry)) for entry in plugins.plugin_details(session)]
    return sorted([*catalogue.estimators(), *others], key=lambda entry: entry.name)


@router.get("/estimators/{name}", operation_id="get_estimator", responses=FAULTS)
def estimator(name: Name, session: Reader) -> EstimatorDetail:
    """And its certificates: what the oracle found, net by net."""
    if ":" not in name:
        return _named(catalogue.estimator, name, list(ESTIMATORS))
    known = [entry.name for entry in plugins.plugin_details(session)]
    return _named(lambda name: plugins.plugin_detail(session, name), name, known)


@router.get("/models", operation_id="list_models")
def models() -> list[ModelEntry]:
    """What each model is, its layers by default, and parameters with bounds."""
    return catalogue.models()


@router.get("/models/{name}", operation_id="get_model", responses=FAULTS)
def model(name: Name) -> ModelEntry:
    return _named(catalogue.model, name, list(MODELS))


@router.get("/datasets", operation_id="list_datasets")
def datasets() -> list[DatasetEntry]:
    """Source, size and split."""
    return catalogue.datasets()


@router.get("/datasets/{name}", operation_id="get_dataset", responses=FAULTS)
def dataset(name: Name) -> DatasetEntry:
    return _named(catalogue.dataset, name, list(DATASETS))


def _named(look_up: Callable[[str], Entry], name: str, known: list[str]) -> Entry:
    try:
        return look_up(name)
    except KeyError:
        close = get_close_matches(name, known, n=1, cutoff=0.5)
        hint = (
            f"Did you mean {close[0]}?"
            if close
            else f"Known: {', '.join(sorted(known)) or 'none'}."
        )
        raise errors.NotFound(f"There is no {name}. {hint}") from None
