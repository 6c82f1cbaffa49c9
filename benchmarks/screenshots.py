"""Pictures of the pages for README and docs: python -m benchmarks.screenshots [ADDRESS].

Of a running service (`make up`, with something trained); wide, as a telephone shows it, and dark.
"""

import base64
import sys
from pathlib import Path

import httpx

from tests.browser import opened_browser

FOLDER = Path(__file__).parents[1] / "docs" / "images"
WIDE, NARROW = (1200, 900), (400, 800)


def page_addresses(service: str) -> dict[str, str]:
    """The pages that are shown, by name."""
    with httpx.Client(base_url=service, timeout=60) as client:
        boards = client.get("/v1/leaderboards").json()["data"]
        jobs = client.get("/v1/jobs", params={"limit": 200, "state": "succeeded"}).json()["data"]
        entered = client.get("/v1/standings").json()["benchmarks"]
    addresses = {"home": "/", "estimator": "/estimators/muprop", "submit": "/submit"}
    addresses["enter"] = "/benchmarks/digits-structured-prediction/enter"
    if entered:
        addresses["benchmark"] = f"/benchmarks/{entered[0]['benchmark']}"
    if boards:
        most = max(boards, key=lambda board: (has_data(board["definition"]), board["estimators"]))
        addresses["board"] = f"/boards/{most['benchmark_id']}"
    if jobs:
        last = next((job for job in jobs if job["dataset"] == "digits"), jobs[0])
        addresses["job"] = f"/jobs/{last['id']}"
    return addresses


def has_data(definition: dict) -> bool:
    """A picture of a toy says little."""
    return definition["dataset"]["name"] != "nothing"


def take_pictures(service: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    looks = {"": (WIDE, "light"), "-narrow": (NARROW, "light"), "-dark": (WIDE, "dark")}
    with opened_browser() as browser:
        for name, address in page_addresses(service).items():
            for end, (size, scheme) in looks.items():
                browser.width(*size)
                browser.colours(scheme)
                browser.open(service + address)
                path = FOLDER / f"{name}{end}.png"
                path.write_bytes(base64.b64decode(browser.picture()))
                print(path)


if __name__ == "__main__":
    take_pictures((sys.argv[1:] or ["http://127.0.0.1:8642"])[0].rstrip("/"))
