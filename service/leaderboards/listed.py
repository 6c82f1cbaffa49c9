"""The benchmarks that have runs, and how much was run on each."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from analysis.boards.shapes import BoardSummary
from service.store import boards as store
from service.store import standings

# Of each database, the benchmarks as they were counted last, beside the stamps of their runs then:
# counting a million runs takes a second.
COUNTED: dict[str, dict[str, tuple[standings.Stamp, BoardSummary]]] = {}


def board_list(session: Session) -> list[BoardSummary]:
    """All benchmarks, the newest first.  Only those are counted whose runs have changed."""
    database = str(getattr(session.get_bind(), "url", ""))
    stamps, counted = standings.benchmark_stamps(session), COUNTED.get(database, {})
    summaries = {id: summary for id, (stamp, summary) in counted.items() if stamps.get(id) == stamp}
    summaries |= _summaries(session, stamps.keys() - summaries.keys())
    boards = {id: summaries[id] for id in stamps if id in summaries}
    COUNTED[database] = {id: (stamps[id], summary) for id, summary in boards.items()}
    return list(boards.values())


def _summaries(session: Session, benchmarks: Collection[str]) -> dict[str, BoardSummary]:
    return {
        view.benchmark.id: BoardSummary(
            benchmark_id=view.benchmark.id,
            definition=view.benchmark.definition,
            estimators=view.cells,
            runs=view.runs,
            succeeded=view.succeeded,
        )
        for view in store.benchmark_views(session, benchmarks)
    }
