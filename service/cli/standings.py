"""The command ``standings``: mean ranks over all registered benchmarks."""

from typing import TYPE_CHECKING

from rich.table import Table

from .options import URL, AsJson, Key, Url, out, print_json, service
from .tables import text_table

if TYPE_CHECKING:
    from analysis.ledger.standings import EstimatorStanding


def standings_command(url: Url = URL, key: Key = None, as_json: AsJson = False) -> None:
    """Print who stands where over all registered benchmarks, and what ranks do not tell apart."""
    from analysis.ledger.standings import Standings

    with service(url, key) as client:
        said = client.standings()
    if as_json:
        return print_json(said)
    standings = Standings.model_validate(said)
    for sentence in standings.verdict:
        out.print(sentence, highlight=False)
    out.print(standings_table(standings.estimators))
    out.print("of benchmarks, how many; --json names them", style="dim")


def standings_table(rows: "list[EstimatorStanding]") -> Table:
    """A line for each estimator: benchmarks are counted, their names want more room."""
    from analysis.tables.standings_markdown import TITLES, standing_cells

    cells = (
        [*standing_cells(row)[:3], str(len(row.first_on)), str(len(row.worth_on))] for row in rows
    )
    return text_table(TITLES, cells)
