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


def test_a_link_that_leads_nowhere_is_found():
    text = "[a](there.md) ![b](pictures/none.svg) [c](https://example.org/x) [d](#part) [e](docs/f.md#part)"
    assert LINK.findall(text) == ["there.md", "pictures/none.svg", "docs/f.md"]
