"""Which suites there are, and what was published."""

from typing import get_args

from pydantic import Field

from analysis.records.shapes import Shape
from estimators.specs.suites import SUITES, Scale, published_tables, table_cells


class Table(Shape):
    title: str
    columns: list[str]
    rows: dict[str, list[float]] = Field(description="a number for every column")
    notes: list[str]


class SuiteSummary(Shape):
    """A paper whose tables are run."""

    name: str
    source: str
    scales: list[str]
    cells: int = Field(description="numbers in its tables")
    links: dict[str, str]


class SuiteDetail(SuiteSummary):
    """With what was published."""

    provenance: str = Field(description="how these numbers are known")
    unit: str
    selection: str = Field(description="how the paper chose its learning rates")
    tables: dict[str, Table]


def suite_summaries() -> list[SuiteSummary]:
    return [SuiteSummary(**_suite_about(name)) for name in SUITES]


def suite_detail(name: str) -> SuiteDetail:
    """Raises LookupError."""
    if name not in SUITES:
        raise LookupError(f"There is no suite {name}; there are {', '.join(SUITES)}.")
    published = published_tables(name)
    more = {field: published[field] for field in ("provenance", "unit", "selection", "tables")}
    return SuiteDetail(**_suite_about(name), **more)


def _suite_about(name: str) -> dict[str, object]:
    home = f"/v1/suites/{name}"
    return {
        "name": name,
        "source": published_tables(name)["source"],
        "scales": list(get_args(Scale)),
        "cells": len(list(table_cells(name, "digits"))),
        "links": {"self": home} | {part: f"{home}/{part}" for part in ("report", "jobs", "probes")},
    }
