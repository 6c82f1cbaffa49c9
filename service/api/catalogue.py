"""What can be asked for: estimators, models, datasets."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path

from estimators.specs import ESTIMATORS
from estimators.specs.datasets import DATASETS
from estimators.specs.models import MODELS
from service import catalogue, errors, plugins
from service.catalogue import DatasetEntry, EstimatorDetail, EstimatorEntry, ModelEntry
from service.faults import closest_name

from .deps import JSON, Reader, offers
from .problems import documented
from .schemas.base import Page

router = APIRouter(prefix="/v1", tags=["catalogue"], dependencies=[Depends(offers(JSON))])
FAULTS = documented(errors.NotFound, errors.Invalid)
Entry = TypeVar("Entry")
Name = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_:.-]{1,100}$", description="its name, as the list has it")
]


class EstimatorPage(Page[EstimatorEntry]):
    """All estimators, by name."""


class ModelPage(Page[ModelEntry]):
    """All models, by name."""


class DatasetPage(Page[DatasetEntry]):
    """All datasets, by name."""


@router.get("/estimators", operation_id="list_estimators")
def get_estimators(session: Reader) -> EstimatorPage:
    """Paper, declared property, unit families, cost, parameters with bounds; those of other
    packages that workers have stand beside the built-in ones."""
    others = [EstimatorEntry(**vars(entry)) for entry in plugins.plugin_details(session)]
    entries = [*catalogue.estimator_entries(), *others]
    return EstimatorPage(data=sorted(entries, key=lambda entry: entry.name))


@router.get("/estimators/{name}", operation_id="get_estimator", responses=FAULTS)
def get_estimator(name: Name, session: Reader) -> EstimatorDetail:
    """And its certificates: what the oracle found, net by net."""
    if ":" not in name:
        return find_entry(catalogue.estimator_detail, name, list(ESTIMATORS))
    published = [entry.name for entry in plugins.plugin_details(session)]
    return find_entry(lambda name: plugins.plugin_detail(session, name), name, published)


@router.get("/models", operation_id="list_models")
def get_models() -> ModelPage:
    """What each model is, its layers by default, and parameters with bounds."""
    return ModelPage(data=catalogue.model_entries())


@router.get("/models/{name}", operation_id="get_model", responses=FAULTS)
def get_model(name: Name) -> ModelEntry:
    """A model: what it is, its layers by default, and parameters with bounds."""
    return find_entry(catalogue.model_entry, name, list(MODELS))


@router.get("/datasets", operation_id="list_datasets")
def get_datasets() -> DatasetPage:
    """Source, size and split of each dataset."""
    return DatasetPage(data=catalogue.dataset_entries())


@router.get("/datasets/{name}", operation_id="get_dataset", responses=FAULTS)
def get_dataset(name: Name) -> DatasetEntry:
    """A dataset: its source, size and split."""
    return find_entry(catalogue.dataset_entry, name, list(DATASETS))


def find_entry(look_up: Callable[[str], Entry], name: str, names: list[str]) -> Entry:
    """Raises NotFound, with the name that comes closest."""
    try:
        return look_up(name)
    except KeyError:
        hint = closest_name(name, names) or "There are none."
        raise errors.NotFound(f"There is no {name}. {hint}") from None
