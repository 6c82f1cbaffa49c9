"""What the service refuses, as exceptions with words for people."""

from collections.abc import Iterable
from typing import Any

import httpx

Json = dict[str, Any]


class ServiceAway(Exception):
    """No service answers there."""


class Refused(Exception):
    """The service answered with a problem."""

    def __init__(self, problem: Json) -> None:
        self.problem, self.status = problem, int(problem.get("status", 500))
        title, detail = problem.get("title", "The service refused."), problem.get("detail", "")
        super().__init__(problem_text(title, detail, problem.get("errors", [])))


def problem_text(title: str, detail: str, faults: Iterable[Json]) -> str:
    """A problem for people: a line for every fault says where, what, and what would be right."""
    listed = list(faults)
    lines = [title if listed or detail in ("", title) else f"{title} {detail}"]
    for fault in listed:
        where = fault.get("pointer") or fault.get("parameter") or ""
        lines.append("  " + ": ".join(part for part in (where, fault["detail"]) if part))
        if fault.get("fix"):
            lines.append(f"    {fault['fix']}")
    return "\n".join(lines)


def problem_document(answer: httpx.Response) -> Json:
    if answer.headers.get("content-type", "").startswith("application/problem+json"):
        problem: Json = answer.json()
        return problem
    return {"title": f"{answer.status_code} {answer.reason_phrase}", "status": answer.status_code}
