"""Where the files of datasets lie on this machine, and which are not there.  Names alone, no torch:
whoever plans a suite or reports on one asks too."""

import os
from pathlib import Path

from .datasets import DATASETS, Dataset


def data_home() -> Path:
    """Where a user's data goes when nobody says otherwise."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(base) / "gradarena"


def datasets_folder() -> Path:
    """GRADARENA_DATASETS, else a folder of the data folder, which is GRADARENA_DATA or the
    user's."""
    if named := os.environ.get("GRADARENA_DATASETS"):
        return Path(named)
    return Path(os.environ.get("GRADARENA_DATA") or data_home()) / "datasets"


def missing_files(spec: Dataset) -> list[str]:
    """Files that are neither there nor there with .gz."""
    folder = datasets_folder() / spec.name
    return [
        name
        for name in spec.files
        if not any((folder / f"{name}{end}").exists() for end in ("", ".gz"))
    ]


def missing_datasets() -> list[str]:
    """Names of the datasets of which a file is not on this machine."""
    return [name for name, kind in DATASETS.items() if missing_files(kind.model_validate({}))]
