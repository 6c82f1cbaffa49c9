"""The static site: its pages stand alone, its boards verify against its runs."""

import re
from html.parser import HTMLParser

import pytest

from analysis.boards.shapes import Board
from analysis.boards.verify import verify_board
from analysis.pages.html import html_table
from analysis.pages.site import Benchmark, publish_site
from analysis.records.runs import load_runs

from .world import definition, demo, run


class Links(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.found, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "img", "link", "input", "wbr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    odd = run("reinforce_loo", {"draws": 3})
    publish_site(
        folder / "new",
        [Benchmark([*demo(), odd], "b" * 16, definition()), Benchmark([], "c" * 16, definition())],
    )
    return folder / "new"


def test_every_link_leads_to_a_file_of_the_site(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) == 3
    for page in pages:
        links = Links(page.read_text()).found
        assert links and all((page.parent / link).is_file() for link in links)
        assert not re.search(r"https?://|<script", page.read_text())


def test_boards_verify_against_the_runs_beside_them(site):
    runs = load_runs((site / ("b" * 16) / "runs.ndjson").read_text().splitlines())
    for name in ("steps", "evals", "reach"):
        board = Board.model_validate_json((site / ("b" * 16) / f"{name}.json").read_text())
        assert verify_board(board, runs).agrees and board.query.axis == name


def test_pages_hold_verdict_table_pairs_and_pictures(site):
    text = (site / ("b" * 16) / "index.html").read_text()
    for part in (
        "half leads with",
        "muprop, centre + normalise",
        "p (Holm)",
        "curves.svg",
        "bias.svg",
        "frontier.svg",
    ):
        assert part in text
    assert "half leads with" in (site / "index.html").read_text()


def test_the_same_runs_make_the_same_site(site, tmp_path):
    odd = run("reinforce_loo", {"draws": 3})
    publish_site(
        tmp_path,
        [Benchmark([*demo(), odd], "b" * 16, definition()), Benchmark([], "c" * 16, definition())],
    )
    files = sorted(path.relative_to(site) for path in site.rglob("*") if path.is_file())
    assert files == sorted(
        path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()
    )
    assert all((site / path).read_bytes() == (tmp_path / path).read_bytes() for path in files)


def test_names_are_escaped():
    assert "<td>&lt;b&gt;</td>" in html_table(["x"], [(["<b>"], "")])


def test_pages_show_shadows_where_there_are_some(site, tmp_path):
    runs = demo()
    for one in runs:
        if one.estimator["name"] == "half":
            one.series["shadow/rebar/variance"] = one.series["gradient/variance"]
    publish_site(tmp_path, [Benchmark(runs, "b" * 16, definition())])
    [picture] = tmp_path.rglob("shadows-*.svg")
    cell = next(one.cell_id for one in runs if one.estimator["name"] == "half")
    assert (
        picture.name == f"shadows-{cell}.svg"
        and picture.name in (picture.parent / "index.html").read_text()
    )
    assert not list(site.rglob("shadows-*"))
