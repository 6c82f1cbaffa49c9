"""The command ``export``."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .options import BAD_INPUT, URL, Key, Url, out, service, stop

Folder = Annotated[Path, typer.Argument(help="Folder to write to; it is made if it is not there.")]


class Form(StrEnum):
    """The formats of an export."""

    NDJSON = "ndjson"
    PARQUET = "parquet"


def export(
    folder: Folder,
    form: Annotated[
        Form,
        typer.Option(
            "--format", help="Lines of JSON, or a Parquet file of runs and one of series."
        ),
    ] = Form.NDJSON,
    url: Url = URL,
    key: Key = None,
) -> None:
    """Write every run with its series, by benchmark."""
    endings, write = WRITERS[form]()
    folder.mkdir(parents=True, exist_ok=True)
    with service(url, key) as client:
        for listed in client.leaderboards():
            name = listed["benchmark_id"]
            number = _write_parts(
                [folder / (name + ending) for ending in endings], client.lines(name), write
            )
            paths = " and ".join(str(folder / (name + ending)) for ending in endings)
            out.print(f"{paths}: {number:,} runs", highlight=False, soft_wrap=True)


def _write_parts(paths: list[Path], lines: Iterable[str], write: "Write") -> int:
    """How many runs came.  The files are whole or not there."""
    parts = [path.with_name(path.name + ".part") for path in paths]
    number = write(lines, *parts)
    for part, path in zip(parts, paths, strict=True):
        part.replace(path)
    return number


Write = Callable[..., int]  # of lines and paths
Writer = tuple[tuple[str, ...], Write]


def _ndjson_writer() -> Writer:
    def write(lines: Iterable[str], path: Path) -> int:
        with path.open("w", encoding="utf-8") as file:
            return sum(file.write(line + "\n") > 0 for line in lines)

    return (".ndjson",), write


def _parquet_writer() -> Writer:
    """Ends where pyarrow is not installed."""
    try:
        from analysis.records import parquet
    except ModuleNotFoundError as error:
        stop(f"Parquet wants {error.name}: pip install 'gradarena[parquet]'.", BAD_INPUT)
    from analysis.records.runs import read_runs

    write = lambda lines, runs, series: parquet.write_parquet(read_runs(lines), runs, series)
    return (".runs.parquet", ".series.parquet"), write


WRITERS: dict[Form, Callable[[], Writer]] = {
    Form.NDJSON: _ndjson_writer,
    Form.PARQUET: _parquet_writer,
}
