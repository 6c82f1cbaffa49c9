"""How much sooner does MuProp arrive?  The boards of steps and evaluations to reach a bound, and a
picture.

    gradarena up --port 8799 &
    for spec in nvil muprop-c muprop-c-idb; do
        gradarena submit examples/convergence/$spec.json --watch --url http://127.0.0.1:8799; done
    python examples/convergence/reach.py http://127.0.0.1:8799 results/muprop-convergence

Targets follow from the runs by a rule that was there before them: where the slowest run of any
estimator stands on test, at the estimator's best rate on validation, after a quarter, a half, three
quarters and all of the steps.  The boards that are kept are those of the last target.
"""

import json
import sys
from math import ceil
from pathlib import Path

from analysis.boards.shapes import Board
from analysis.figures.boards import rank_chart
from analysis.figures.charts import board_curves
from analysis.figures.curves import curve_chart
from analysis.figures.style import png_bytes, svg_bytes
from analysis.records.runs import load_runs
from service.client import Client

SHARES = (0.25, 0.5, 0.75, 1.0)
SPENDS = ("steps", "evals")
SLOW = "nvil, centre + input dependent 100 + normalise"


def target(client: Client, benchmark: str, share: float) -> float:
    """Nats per example, rounded up to a thousandth."""
    steps = client.leaderboard(benchmark)["definition"]["training"]["steps"]
    board = Board.model_validate(client.leaderboard(benchmark, budget=share * steps))
    best = {(row.cell_id, json.dumps(row.setting)) for row in board.rows}
    stand = [
        scored.value
        for scored in board.scored_runs
        if scored.value is not None and (scored.cell_id, json.dumps(scored.setting)) in best
    ]
    return ceil(max(stand) * 1_000) / 1_000


def ratios(client: Client, benchmark: str, **query: object) -> list[str]:
    """What NVIL spends over what each other estimator spends, with its 95% interval, as cells of a
    table."""
    board = Board.model_validate(client.leaderboard(benchmark, **query))
    others = sorted(row.label for row in board.rows if row.label != SLOW)
    ratios_to = [client.compare(benchmark, SLOW, other, **query)["difference"] for other in others]
    spent = {row.label: f"{row.value.mean:,.0f}" for row in board.rows}
    return [spent[SLOW]] + [
        f"{spent[other]}: {gap['mean']:.2f} ({gap['low']:.2f}, {gap['high']:.2f})"
        for other, gap in zip(others, ratios_to, strict=True)
    ]


def main(url: str, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with Client(url) as client:
        [benchmark] = [one["benchmark_id"] for one in client.leaderboards()]
        main_board = Board.model_validate(client.leaderboard(benchmark))
        runs = load_runs(client.lines(benchmark))
        for spend in SPENDS:
            for share in SHARES:
                asked = {
                    "axis": "reach",
                    "spend": spend,
                    "target": target(client, benchmark, share),
                }
                print(
                    f"| {spend} | {asked['target']:.3f} |",
                    " | ".join(ratios(client, benchmark, **asked)),
                    "|",
                )
            board = client.leaderboard(benchmark, **asked)  # the last target
            (folder / f"reach-{spend}.json").write_text(json.dumps(board, indent=1) + "\n")
            (folder / f"reach-{spend}.svg").write_bytes(
                svg_bytes(rank_chart(Board.model_validate(board)))
            )
    drawn = curve_chart(
        board_curves(main_board, runs, "bound/test"), "negative test bound, nats per example"
    )
    (folder / "curves.svg").write_bytes(svg_bytes(drawn))
    (folder / "curves.png").write_bytes(png_bytes(drawn))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
