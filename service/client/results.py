"""What the service answered, as the dictionary that it is, with what people do next.

Everywhere that JSON goes these go too; ``typed`` gives the API's own model of it.
"""

from collections.abc import Iterator
from time import sleep
from typing import TYPE_CHECKING, Any, Self

from analysis.boards.shapes import Board as BoardShape
from analysis.ledger.shapes import ClaimBoard
from analysis.pages.html import html_table
from analysis.tables.claim_columns import claim_columns
from analysis.tables.columns import board_columns
from analysis.tables.terminal import board_table, claim_table

if TYPE_CHECKING:
    from pandas import DataFrame

    from service.api.schemas.benchmarks import EntryDetail
    from service.api.schemas.jobs import JobDetail

    from . import Client

# states in which an entry is on its way; the store's own module wants a database
OPEN = ("tuning", "confirming")
# seconds between two looks at an entry
LOOK = 1.0
WIDTH = 100  # of a board where no terminal says


class Result(dict[str, Any]):
    """An answer, and the client that it came by."""

    def __init__(self, client: "Client", answer: dict[str, Any]) -> None:
        super().__init__(answer)
        self.client = client

    def __getattr__(self, name: str) -> Any:
        """Its fields, by dots too: ``job.state``."""
        try:
            return self[name]
        except KeyError:
            fields = ", ".join(self)
            raise AttributeError(f"{type(self).__name__} has no {name}, but {fields}") from None


class Job(Result):
    """A job as it was at that moment."""

    @property
    def typed(self) -> "JobDetail":
        from service.api.schemas.jobs import JobDetail

        return JobDetail.model_validate(dict(self))

    def wait(self, progress: bool = False) -> Self:
        """The job as it is when all of its runs have ended."""
        self.client.wait(self["id"], progress)
        return self.refresh()

    def refresh(self) -> Self:
        return type(self)(self.client, self.client.job(self["id"]))

    def cancel(self) -> Self:
        return type(self)(self.client, self.client.cancel(self["id"]))

    def retry(self, from_zero: bool = False) -> Self:
        return type(self)(self.client, self.client.retry(self["id"], from_zero))

    def extend(self, **asked: Any) -> Self:
        """The job that adds to this one: ``seeds=5`` or ``steps=12_000``."""
        return type(self)(self.client, self.client.extend(self["id"], **asked))

    def change(self, **asked: Any) -> Self:
        """With other labels, or archived: ``labels={"study": "depth"}``, ``archived=True``."""
        return type(self)(self.client, self.client.change(self["id"], **asked))

    def delete(self) -> None:
        self.client.delete(self["id"])

    def queue(self) -> dict[str, Any]:
        """Why it waits."""
        return self.client.queue(self["id"])

    def runs(self) -> Iterator[dict[str, Any]]:
        return self.client.runs(self["id"])

    def series(self, *names: str) -> Iterator[dict[str, Any]]:
        return self.client.series(self["id"], *names)

    def report(self) -> dict[str, Any]:
        """Of a probe."""
        return self.client.report(self["id"])

    def board(self, **options: Any) -> "Board":
        """The exploratory board that it stands on."""
        return self.client.leaderboard(self["benchmark_id"], **options)

    def __repr__(self) -> str:
        return f"<job {self['id']}: {self['state']}, {self['progress']:.0%}>"


class Entry(Result):
    """An entry as it was at that moment."""

    @property
    def typed(self) -> "EntryDetail":
        from service.api.schemas.benchmarks import EntryDetail

        return EntryDetail.model_validate(dict(self))

    def refresh(self) -> Self:
        answer = self.client.entry(self["benchmark"], self["id"])
        return type(self)(self.client, answer)

    def wait(self, progress: bool = False) -> Self:
        """The entry as it is when it is ranked, has failed or was withdrawn; ``progress`` prints
        each state that it comes to.  The service may restart meanwhile."""
        entry, last = self, ""
        while True:
            if progress and entry["state"] != last:
                last = entry["state"]
                print(f"{entry['label']} on {entry['benchmark']}: {last}", flush=True)
            if entry["state"] not in OPEN:
                return entry
            with self.client.through_restarts():
                self.client.settle(entry["confirmation_job_id"] or entry["tuning_job_id"])
                sleep(LOOK)
                entry = entry.refresh()

    def board(self) -> "Claims":
        """The board of its benchmark."""
        return self.client.claims(self["benchmark"])

    def __repr__(self) -> str:
        return f"<entry {self['id']}: {self['label']} on {self['benchmark']}, {self['state']}>"


class Ranking(Result):
    """A board of either kind: its rows as a table."""

    def to_frame(self) -> "DataFrame":
        """Its rows, one a line.  Wants pandas."""
        from pandas import json_normalize

        return json_normalize(self["rows"])


class Board(Ranking):
    """An exploratory board."""

    @property
    def typed(self) -> BoardShape:
        return BoardShape.model_validate(dict(self))

    def _repr_html_(self) -> str:
        board = self.typed
        columns = board_columns(board)
        rows = [([column.text(row) for column in columns], "") for row in board.rows]
        return html_table([column.title for column in columns], rows)

    def __rich__(self) -> Any:
        return board_table(self.typed, WIDTH)

    def __repr__(self) -> str:
        return f"<board {self['benchmark_id']}: {self['verdict'][0]}>"


class Claims(Ranking):
    """The board of a registered benchmark."""

    @property
    def typed(self) -> ClaimBoard:
        return ClaimBoard.model_validate(dict(self))

    def lines(self) -> list[list[str]]:
        """A list for each row: the columns of the board, in figures."""
        board = self.typed
        return [[column.text(row) for column in claim_columns(board)] for row in board.rows]

    def _repr_html_(self) -> str:
        titles = [column.title for column in claim_columns(self.typed)]
        return html_table(titles, [(line, "") for line in self.lines()])

    def __rich__(self) -> Any:
        return claim_table(self.typed, WIDTH)

    def __repr__(self) -> str:
        return f"<board of {self['benchmark']}: {self['verdict'][0]}>"
