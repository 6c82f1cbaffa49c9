"""Two entries of a registered benchmark, seed by seed, as a page."""

from collections.abc import Iterator
from html import escape

from analysis.ledger.versus import ClaimComparison
from analysis.pages.html import HOME, html_facts, html_link, html_page, html_table, link_row
from analysis.pages.pictures import picture_section
from analysis.pages.ranking import estimator_link
from analysis.pages.strips import interval_strip, strip_scale
from analysis.records.phrases import count_text, interval_text
from analysis.records.shapes import Interval


def versus_page(comparison: ClaimComparison, board: str, api: str, picture: str) -> str:
    """``board``: the address of the board that ranks both; ``api``: of the same as JSON;
    ``picture``: of both curves with their bands."""
    first, second = comparison.labels
    links = [html_link(board, comparison.benchmark), html_link(api, "as JSON")]
    body = [
        f"{HOME}{link_row(links)}",
        f"<h1>{estimator_link(first)} against {estimator_link(second)}</h1>",
        f'<p class="lead">{escape(comparison.words)}</p>',
        html_facts(_pair_facts(comparison)),
        *picture_section({"Both along training, on test data": picture}),
        *_seed_parts(comparison),
    ]
    title = f"{first} against {second} - {comparison.benchmark}"
    return html_page(title, body, scripts=("pictures.js",))


def _pair_facts(comparison: ClaimComparison) -> dict[str, str]:
    """A lower value wins."""
    pair, (first, second) = comparison.pair, comparison.labels
    facts = {
        "seeds": f"{count_text(len(comparison.seeds), 'confirmation seed')}; {first} is lower on "
        f"{pair.wins}, {second} on {pair.losses}, equal on {pair.ties}",
        "p": f"{pair.p:.3g}, exact sign test of this pair alone",
    }
    if pair.median is not None:
        difference = Interval(mean=pair.median, low=pair.low, high=pair.high)
        facts["median difference"] = f"{interval_text(difference)} {comparison.unit}, first minus"
        facts["median difference"] += " second"
    if pair.chance is not None:
        facts["chance"] = f"{interval_text(pair.chance)} that {first} is lower on a seed"
    return facts


def _seed_parts(comparison: ClaimComparison) -> Iterator[str]:
    arms = [_difference_arm(*both) for both in comparison.values]
    scale = strip_scale(arms)
    yield '<h2>Seed by seed</h2><p class="note">The line of a difference starts at zero; to the '
    yield "left of it the first is better.  Lost: the run diverged, or never arrived.</p>"
    titles = ("seed", *comparison.labels, "first minus second", "from zero")
    rows = [
        (
            [
                str(seed),
                *map(_value_text, both),
                "" if arm is None else f"{arm.mean:+.3g}",
                interval_strip(arm, scale),
            ],
            "",
        )
        for seed, both, arm in zip(comparison.seeds, comparison.values, arms, strict=True)
    ]
    yield html_table(titles, rows)


def _value_text(value: float | None) -> str:
    return "lost" if value is None else f"{value:.5g}"


def _difference_arm(first: float | None, second: float | None) -> Interval | None:
    """From zero to the difference; None where one of the two is lost."""
    if first is None or second is None:
        return None
    gap = first - second
    return Interval(mean=gap, low=min(0.0, gap), high=max(0.0, gap))
