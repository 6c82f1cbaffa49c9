"""Two estimators of one board, seed by seed, as a page."""

from collections.abc import Iterator
from html import escape

from analysis.boards.shapes import Board
from analysis.comparisons.compare import Comparison, Seed
from analysis.pages.board import benchmark_line
from analysis.pages.html import (
    HOME,
    html_facts,
    html_link,
    html_page,
    html_table,
    link_row,
    sentence_list,
)
from analysis.pages.pictures import picture_section
from analysis.pages.ranking import estimator_link
from analysis.pages.strips import Scale, interval_strip, strip_scale
from analysis.records.phrases import count_text, interval_text
from analysis.records.shapes import Interval

HIGHEST = 1e-4  # of a p value that is written as a number


def compare_page(board: Board, comparison: Comparison, picture: str) -> str:
    """``picture``: the address of both curves with their bands; empty where there are none."""
    here = f"/boards/{board.benchmark_id}"
    names = f"{comparison.a.label} against {comparison.b.label}"
    body = [
        f"{HOME}{link_row([html_link(here, 'the whole board')])}",
        f"<h1>{estimator_link(comparison.a.label)} against "
        f"{estimator_link(comparison.b.label)}</h1>",
        f"<p>{escape(benchmark_line(board.definition))}.</p>",
        sentence_list(comparison.verdict),
        html_facts(_pair_facts(comparison)),
        *(picture_section({"Both along training": picture}) if picture else ()),
        *_seed_parts(comparison),
    ]
    return html_page(f"{names} - Gradient Arena", body, scripts=("pictures.js",))


def _pair_facts(comparison: Comparison) -> dict[str, str]:
    first, second = comparison.a.label, comparison.b.label
    what = "ratio" if comparison.scale == "ratio" else "difference"
    facts = {
        "first": f"{first}: {interval_text(comparison.a.value)} {comparison.unit}",
        "second": f"{second}: {interval_text(comparison.b.value)} {comparison.unit}",
        what: f"{interval_text(comparison.difference)} {comparison.unit}, 95% of this pair alone",
        "seeds": f"{count_text(len(comparison.seeds), 'common seed')}; lower is better: the first "
        f"wins on {comparison.wins:,}",
    }
    if comparison.p is not None:
        facts["p"] = f"{comparison.p:.2g}" if comparison.p >= HIGHEST else f"below {HIGHEST:g}"
    return facts


def _seed_parts(comparison: Comparison) -> Iterator[str]:
    if not comparison.seeds:
        return
    arms = [_difference_arm(one) for one in comparison.seeds]
    scale = strip_scale(arms)
    yield "<h2>Seed by seed</h2>"
    yield '<p class="note">The line of a difference starts at zero; never: the seed did not '
    yield "arrive.</p>"
    first, second = comparison.a.label, comparison.b.label
    titles = ("seed", first, second, "first minus second", "from zero")
    rows = [
        ([str(one.seed), _value_text(one.a), _value_text(one.b), *_arm_cells(arm, scale)], "")
        for one, arm in zip(comparison.seeds, arms, strict=True)
    ]
    yield html_table(titles, rows)


def _value_text(value: float | None) -> str:
    return "never" if value is None else f"{value:.5g}"


def _arm_cells(arm: Interval | None, scale: Scale) -> list[str]:
    return ["" if arm is None else f"{arm.mean:+.3g}", interval_strip(arm, scale)]


def _difference_arm(seed: Seed) -> Interval | None:
    """From zero to the difference; None where one of the two never arrived."""
    if seed.a is None or seed.b is None:
        return None
    difference = seed.a - seed.b
    return Interval(mean=difference, low=min(0.0, difference), high=max(0.0, difference))
