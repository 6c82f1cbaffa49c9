"""What workers published of the estimators of other packages, as far as boards want it."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from analysis.boards.certified import Code
from analysis.records.labels import Published
from analysis.records.runs import RunRecord
from service.store import registry
from service.store.models import Plugin


def published_plugins(
    session: Session, runs: Iterable[RunRecord]
) -> tuple[dict[str, Published], dict[str, Code]]:
    """Of the plug-ins among the runs' estimators: what they are, and which code of theirs is
    certified.

    What was published last says what a plug-in is; certificates count for the code that they are
    of.
    """
    names = {run.estimator["name"] for run in runs if ":" in run.estimator["name"]}
    plugins: dict[str, Published] = {}
    codes: dict[str, Code] = {}
    for name in sorted(names):
        if rows := registry.plugin_versions(session, name):
            plugins[name] = _published(rows[0])
            codes[name] = {row.code_hash: row.meta["kept"] for row in reversed(rows)}
    return plugins, codes


def _published(row: Plugin) -> Published:
    settings = row.schema.get("properties", {})
    defaults = {name: part["default"] for name, part in settings.items() if "default" in part}
    about = {"unbiased_for": row.meta["unbiased_for"], "objective": row.meta["objective"]}
    return Published(**about, defaults=defaults)
