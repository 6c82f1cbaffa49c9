"""A suite's report, of a folder or of the service, as text, JSON, Markdown and pictures."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from estimators.specs.suites import SUITES, Scale
from estimators.specs.writing import write_whole

from .options import BAD_INPUT, URL, AsJson, Key, Url, service, stop

if TYPE_CHECKING:
    from analysis.papers.shapes import SuiteReport

Name = Annotated[str, typer.Argument(help=f"Which: {', '.join(SUITES)}.")]
Scaled = Annotated[
    Scale,
    typer.Option(
        help="digits: minutes, nothing to download; quick: an hour on MNIST; full: the paper's."
    ),
]
Pattern = Annotated[str, typer.Option(metavar="PATTERN", help="Only cells whose id fits.")]
Results = Annotated[Path, typer.Option(help="The folder where what was trained is kept.")]
Pictures = Annotated[Path | None, typer.Option(help="Write pictures there; Markdown shows them.")]
To = Annotated[Path | None, typer.Option(help="Write the report there in place of printing it.")]
Form = Annotated[
    Literal["text", "json", "md"], typer.Option("--format", help="Of what is printed.")
]


def known_suite(name: str) -> str:
    if name not in SUITES:
        stop(f"There is no suite {name}.  Known: {', '.join(SUITES)}.", BAD_INPUT)
    return name


def report(
    name: Name,
    scale: Scaled = "digits",
    cells: Pattern = "*",
    results: Results = Path("results"),
    pictures: Pictures = None,
    form: Form = "text",
    to: To = None,
    as_json: AsJson = False,
    jobs: Annotated[
        bool, typer.Option("--jobs", help="Of the service's jobs, not of a folder.")
    ] = False,
    url: Url = URL,
    key: Key = None,
) -> None:
    """Print the paper's tables with ours beside them."""
    if jobs:
        suite_report = service_report(name, scale, cells, url, key)
    else:
        from analysis.papers.report import folder_report

        suite_report = folder_report(known_suite(name), scale, results, cells)
    page_folder = to.parent if to else Path()
    picture_paths = write_pictures(suite_report, pictures, page_folder) if pictures else {}
    content = report_form(suite_report, "json" if as_json else form, picture_paths)
    write_whole(to, content.encode()) if to else print(content, end="")


def gradients(
    name: Name, scale: Scaled = "digits", results: Results = Path("results"), to: To = None
) -> None:
    """Print, as Markdown, what probe --every has measured along the trajectories of rows."""
    from analysis.papers.library import library_rows
    from analysis.tables.library_markdown import library_markdown

    rows = library_rows(known_suite(name), scale, results)
    if not rows:
        stop(
            f"Nothing is kept of {name}, {scale}.  Measure: gradarena suite probe {name} --every",
            BAD_INPUT,
        )
    content = library_markdown(name, scale, rows)
    write_whole(to, content.encode()) if to else print(content, end="")


def service_report(name: str, scale: Scale, cells: str, url: str, key: str | None) -> "SuiteReport":
    """From the service."""
    from analysis.papers.shapes import SuiteReport

    with service(url, key) as client:
        return SuiteReport.model_validate(
            client.suite_report(name, scale=scale, cells=cells, curves=True)
        )


def write_pictures(report: "SuiteReport", folder: Path, page_folder: Path) -> dict[str, str]:
    """Writes pictures as SVG and PNG.  Title -> address from the folder where the report is."""
    try:
        from analysis.figures import papers, style
    except ModuleNotFoundError as error:
        stop(f"Pictures want {error.name}: pip install 'gradarena[embedded]'.", BAD_INPUT)
    folder.mkdir(parents=True, exist_ok=True)
    home, addresses = Path(os.path.relpath(folder, page_folder)).as_posix(), {}
    for drawing in papers.paper_charts(report):
        picture = drawing.picture()
        (folder / f"{drawing.name}.svg").write_bytes(style.svg_bytes(picture))
        (folder / f"{drawing.name}.png").write_bytes(style.png_bytes(picture))
        addresses[drawing.title] = f"{home}/{drawing.name}.svg"
    return addresses


def report_form(report: "SuiteReport", form: str, pictures: dict[str, str]) -> str:
    from analysis.tables.paper_markdown import report_markdown
    from analysis.tables.paper_text import report_text

    if form == "json":
        return report.model_dump_json(indent=1) + "\n"
    return report_markdown(report, pictures) if form == "md" else report_text(report)
