"""A report for people: as text, and as Markdown."""

from collections.abc import Callable, Iterable, Mapping

from .shapes import Claim, Entry, Mode, Report

HOLDS = {True: "holds", False: "does not hold", None: "open"}
EDGES = {
    "lowest": "the lowest that was run",
    "highest": "the highest that was run",
    "only": "no other was run",
}
MARKS = {"lowest": "↓", "highest": "↑", "only": "·"}
HEAD = ("published", "best on test (the paper's way)", "chosen on validation", "rate", "seeds", "steps", "")
Wrap = Callable[[str], str]


def row(entry: Entry, comparable: bool) -> list[str]:
    """A cell's figures in the order of HEAD; one text alone where there are none."""
    if entry.measured is None:
        return [f"{entry.published:.1f}", entry.reason]
    paper, ours = entry.measured.paper, entry.measured.ours
    if not (paper and ours):
        return [f"{entry.published:.1f}", "every learning rate has a run that diverged"]
    shown = [f"{entry.published:.1f}", chosen(paper), chosen(ours), f"{ours.learning_rate:g}{mark(ours)}"]
    return [*shown, str(ours.seeds), f"{entry.steps:,}", "; ".join(remarks(entry, ours, comparable))]


def chosen(mode: Mode) -> str:
    return f"{mode.mean:.2f}" + (f" ±{mode.half_width:.2f}" if mode.half_width is not None else "")


def mark(mode: Mode) -> str:
    return MARKS[mode.edge] if mode.edge else ""


def remarks(entry: Entry, ours: Mode, comparable: bool) -> list[str]:
    found = [ours.verdict] if comparable else []
    return found + ([f"{entry.diverged} of {entry.runs} runs diverged"] if entry.diverged else [])


def claimed(claim: Claim) -> str:
    """The figures that decide it, or those that are there."""
    figures = ", ".join(
        f"{column} {value:.2f}" for column, value in claim.figures.items() if value is not None
    )
    gaps = ", ".join(f"{gap:+.2f}" for gap in claim.gaps.values() if gap is not None)
    return f"{figures}; gaps {gaps}, wanted {claim.demand}" if gaps else figures or "no figures yet"


def places(entries: Iterable[Entry]) -> list[str]:
    """Where the pieces were trained, each kind once."""
    counts: dict[str, int] = {}
    for made in (made for entry in entries for made in entry.made):
        told = place(made)
        counts[told] = counts.get(told, 0) + 1
    return [f"{count} × {told}" for told, count in counts.items()]


def place(made: Mapping[str, object]) -> str:
    known = [made.get(name, "unknown") for name in ("device_class", "torch", "version", "code")]
    return "{}, torch {}, version {}, code {}".format(*known)


def legend(report: Report) -> list[str]:
    """What the marks mean that the report has."""
    modes = [entry.measured.ours for entry in report.cells if entry.measured]
    edges = {mode.edge for mode in modes if mode and mode.edge}
    lines = [f"{MARKS[edge]} beside a rate: {EDGES[edge]}." for edge in MARKS if edge in edges]
    if not report.comparable:
        lines.append(
            "Other data and smaller nets than the paper's: its numbers stand beside for their order only."
        )
    return [f"Numbers are {report.unit}; ± is half of a 95% interval over seeds.", *lines]


def text(report: Report) -> str:
    """For a terminal."""
    table = [["cell", *HEAD]]
    table += [[f"{e.table}: {e.row}, {e.column}", *row(e, report.comparable)] for e in report.cells]
    full = [line for line in table if len(line) > 3]
    widths = [max(len(line[at]) for line in full) for at in range(len(HEAD) + 1)]
    widths[0] = max(len(line[0]) for line in table)
    lines = ["  ".join(_placed(line, widths)).rstrip() for line in table]
    lines += ["", *legend(report), ""]
    lines += [
        f"{HOLDS[claim.holds]:14s} {claim.name}, {claim.row}: {claimed(claim)}" for claim in report.claims
    ]
    return "\n".join([*lines, "", *(f"trained on {where}" for where in places(report.cells))]).rstrip() + "\n"


def _placed(line: list[str], widths: list[int]) -> list[str]:
    """A reason takes the rest of its line."""
    first = [line[0].ljust(widths[0]), line[1].rjust(widths[1])]
    if len(line) == 3:
        return [*first, line[2]]
    return [*first, *(cell.rjust(width) for cell, width in zip(line[2:-1], widths[2:])), line[-1]]


def markdown(report: Report, pictures: Mapping[str, str] | None = None) -> str:
    """Tables, pictures (address by title), claims, and where it was trained."""
    lines = [f"# {report.suite}, {report.scale}", "", f"{report.source}; {report.provenance}.", ""]
    for table in dict.fromkeys(entry.table for entry in report.cells):
        lines += _table(report, table)
    lines += [*(f"- {line}" for line in legend(report)), ""]
    for name, address in (pictures or {}).items():
        lines += [f"![{name}]({address})", ""]
    if report.claims:
        lines += ["## Claims of the paper", "", *_grid(("claim", "row", "", "figures"), _claims(report))]
    where = [f"- {told}" for told in places(report.cells)]
    return "\n".join([*lines, *(["## Where it was trained", "", *where, ""] if where else [])])


def _table(report: Report, table: str) -> list[str]:
    own = [entry for entry in report.cells if entry.table == table]
    cells = [[f"{e.row}, {e.column}", *row(e, report.comparable)] for e in own]
    return [f"## Table {table}", "", *_grid(("cell", *HEAD), cells)]


def _claims(report: Report) -> list[list[str]]:
    return [
        [f"`{claim.name}`: {claim.claim}", claim.row, HOLDS[claim.holds], claimed(claim)]
        for claim in report.claims
    ]


def _grid(head: Iterable[str], lines: Iterable[list[str]]) -> list[str]:
    names = list(head)
    filled = [[*line, *[""] * (len(names) - len(line))] for line in lines]
    return [_across(names), "|" + " --- |" * len(names), *map(_across, filled), ""]


def _across(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
