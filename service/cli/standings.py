"""The command ``standings``: mean ranks over all registered benchmarks."""

from .options import URL, AsJson, Key, Url, out, print_json, service
from .tables import text_table


def standings_command(url: Url = URL, key: Key = None, as_json: AsJson = False) -> None:
    """Print who stands where over all registered benchmarks, and what ranks do not tell apart."""
    from analysis.ledger.standings import Standings
    from analysis.tables.standings_markdown import TITLES, standing_cells

    with service(url, key) as client:
        said = client.standings()
    if as_json:
        return print_json(said)
    standings = Standings.model_validate(said)
    for sentence in standings.verdict:
        out.print(sentence, highlight=False)
    out.print(text_table(TITLES, map(standing_cells, standings.estimators)))
