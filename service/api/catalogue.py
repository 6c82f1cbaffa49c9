"""What can be asked for: estimators, models, datasets."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends, Path, Response
from sqlalchemy.orm import Session

from estimators.specs import ESTIMATORS
from estimators.specs.datasets import DATASETS
from estimators.specs.models import MODELS
from service import catalogue, errors, plugins
from service.catalogue import DatasetEntry, EstimatorDetail, EstimatorEntry, ModelEntry
from service.faults import closest_name

from .deps import JSON, Reader, offers
from .lists import Listing, whole_list
from .problems import documented
from .schemas.base import FieldPage

router = APIRouter(prefix="/v1", tags=["catalogue"], dependencies=[Depends(offers(JSON))])
FAULTS = documented(errors.NotFound, errors.Invalid)
Entry = TypeVar("Entry")
Name = Annotated[
    str, Path(pattern=r"^[A-Za-z0-9_:.-]{1,100}$", description="its name, as the list has it")
]


class EstimatorPage(FieldPage[EstimatorEntry]):
    """All estimators, by name."""


class ModelPage(FieldPage[ModelEntry]):
    """All models, by name."""


class DatasetPage(FieldPage[DatasetEntry]):
    """All datasets, by name."""


@router.get("/estimators", operation_id="list_estimators", response_model=EstimatorPage)
def get_estimators(
    session: Reader,
    asked: Annotated[Listing, Depends(whole_list(EstimatorEntry, "name", "name", "title"))],
) -> Response:
    """Paper, declared property, unit families, cost, parameters with bounds; those of other
    packages that workers have stand beside the built-in ones."""
    return asked.answer(EstimatorPage, all_estimators(session))


def all_estimators(session: Session) -> list[EstimatorEntry]:
    """By name."""
    others = [EstimatorEntry(**vars(entry)) for entry in plugins.plugin_details(session)]
    return sorted([*catalogue.estimator_entries(), *others], key=lambda entry: entry.name)


@router.get("/estimators/{name}", operation_id="get_estimator", responses=FAULTS)
def get_estimator(name: Name, session: Reader) -> EstimatorDetail:
    """And its certificates: what the oracle found, net by net."""
    if ":" not in name:
        return find_entry(catalogue.estimator_detail, name, list(ESTIMATORS))
    published = [entry.name for entry in plugins.plugin_details(session)]
    return find_entry(lambda name: plugins.plugin_detail(session, name), name, published)


@router.get("/models", operation_id="list_models", response_model=ModelPage)
def get_models(
    asked: Annotated[Listing, Depends(whole_list(ModelEntry, "name", "name", "task"))],
) -> Response:
    """What each model is, its layers by default, and parameters with bounds."""
    return asked.answer(ModelPage, catalogue.model_entries())


@router.get("/models/{name}", operation_id="get_model", responses=FAULTS)
def get_model(name: Name) -> ModelEntry:
    """A model: what it is, its layers by default, and parameters with bounds."""
    return find_entry(catalogue.model_entry, name, list(MODELS))


@router.get("/datasets", operation_id="list_datasets", response_model=DatasetPage)
def get_datasets(
    asked: Annotated[Listing, Depends(whole_list(DatasetEntry, "name", "name", "pixels"))],
) -> Response:
    """Source, size and split of each dataset."""
    return asked.answer(DatasetPage, catalogue.dataset_entries())


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
