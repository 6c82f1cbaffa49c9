"""Hooks of MkDocs: what lies outside docs/ is named on the site and linked in the repository, but
for the papers of the house that readers want beside the rest, which are pages too."""

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

OUTSIDE = re.compile(r"\[([^\]]+)\]\((\.\./[^)]+)\)")
HOUSE = ("CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md", "SECURITY.md")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Pages of files at the root, whose links to docs/ are within the site."""
    root = Path(config.docs_dir).parent
    for name in HOUSE:
        text = (root / name).read_text().replace("](docs/", "](")
        files.append(File.generated(config, name.lower(), content=text))
    return files


def on_page_markdown(markdown: str, **about: Any) -> str:
    """Links that leave docs/ become words: their text, and the path in the repository."""
    return OUTSIDE.sub(lambda link: f"{link[1]} (`{link[2].removeprefix('../')}`)", markdown)
