"""A hook of MkDocs: what lies outside docs/ is named on the site, and linked in the repository."""

import re
from typing import Any

OUTSIDE = re.compile(r"\[([^\]]+)\]\((\.\./[^)]+)\)")


def on_page_markdown(markdown: str, **about: Any) -> str:
    """Links that leave docs/ become words: their text, and the path in the repository."""
    return OUTSIDE.sub(lambda link: f"{link[1]} (`{link[2].removeprefix('../')}`)", markdown)
