"""Every file that a page of the repository links to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [
    page.relative_to(ROOT)
    for place in (".", "docs", "examples", "results")
    for page in sorted((ROOT / place).glob("**/*.md" if place != "." else "*.md"))
]
LINK = re.compile(r"\]\((?!https?://|#|mailto:)([^)#\s]+)")


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_what_it_links_to_is_there(page):
    home = (ROOT / page).parent
    assert [
        link for link in LINK.findall((ROOT / page).read_text()) if not (home / link).exists()
    ] == []


WALK = re.compile(r"^\d+\. `([\w/]+\.py)`", re.M)


def walks_of(text):
    """The files of each walk, in order."""
    section = text.split("## Two walks\n")[1].split("\n## ")[0]
    return [WALK.findall(part) for part in section.split(":\n\n")[1:]]


def test_walks_pass_files_that_are_there_and_none_twice():
    walks = walks_of((ROOT / "ARCHITECTURE.md").read_text())
    assert len(walks) == 2
    for files in walks:
        assert len(files) > 8 and len(set(files)) == len(files)
        assert [file for file in files if not (ROOT / file).exists()] == []


def test_a_link_that_leads_nowhere_is_found():
    text = (
        "[a](there.md) ![b](pictures/none.svg) [c](https://example.org/x) [d](#part) "
        "[e](docs/f.md#part)"
    )
    assert LINK.findall(text) == ["there.md", "pictures/none.svg", "docs/f.md"]
