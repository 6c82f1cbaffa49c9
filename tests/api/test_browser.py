"""Pages in a real browser: they sort, compare, live, and read alike without a script, at 400 pixels
and in the dark."""

import re
from importlib.resources import files

import pytest

from tests.api.conftest import SMALLEST
from tests.api.test_benchmarks import enter
from tests.api.test_pages import rank_entries
from tests.api.test_suites import train
from tests.boards.stored import put
from tests.boards.world import demo
from tests.browser import needs_browser, opened_browser
from tests.patience import until

pytestmark = [
    needs_browser,
    pytest.mark.parametrize("url", ["sqlite"], indirect=True),
    pytest.mark.xdist_group("browser"),
]
# the pointer comes to the lower right end of what a selector names
POINT_AT = """const one = document.querySelector(arguments[0]), box = one.getBoundingClientRect();
const about = {bubbles: true, clientX: box.right - 1, clientY: box.bottom - 1};
for (const kind of ["pointerover", "pointermove"]) one.dispatchEvent(new PointerEvent(kind, about));
"""
SERIOUS = """
const grave = ["moderate", "serious", "critical"];
const nodes = (one) => one.nodes.map((node) => node.html.slice(0, 120)).join(" | ");
const describe = (one) => `${one.id}: ${nodes(one)}`;
return axe.run(document, {resultTypes: ["violations"]}).then(
  (report) => report.violations.filter((one) => grave.includes(one.impact)).map(describe));
"""


@pytest.fixture(scope="module")
def browser():
    with opened_browser() as opened:
        yield opened


def open_page(browser, api, address):
    browser.open(str(api.base_url.join(f"/{address.removeprefix('/')}")))


def rows(browser, column):
    script = """return [...document.querySelectorAll("table[data-sorts] tbody tr")]
      .filter((row) => !row.hidden)
      .map((row) => row.cells[arguments[0]].innerText.split("\\n")[0])"""
    return browser.run(script, column)


def test_a_board_sorts_filters_and_compares_two(api, database, browser):
    with database.begin() as session:
        board = put(session, demo())
    browser.width(1200)
    open_page(browser, api, f"boards/{board}")
    names = rows(browser, 2)
    browser.click("button.sort", 1)
    assert rows(browser, 2) == sorted(names)
    browser.click("[name=unbiased]")
    fewer = rows(browser, 2)
    assert 0 < len(fewer) < len(names)
    browser.click("[name=unbiased]")
    assert browser.run("return document.querySelector('[data-compare]').disabled")
    browser.click("input[name=cell]", 0)
    browser.click("input[name=cell]", 1)
    browser.click("[data-compare]")
    browser.until("return document.body.innerText.includes('Seed by seed')")
    browser.run(POINT_AT, "figure.picture img")
    browser.until("return document.querySelector('figure.picture svg [id=curve-1]')")
    browser.run(POINT_AT, "figure.picture svg [id=curve-1] path")
    assert re.match(r".+: [\d.]+ \[.*\] at steps", browser.text("figure.picture output"))
    assert browser.complaints() == []


def test_a_job_page_lives_without_being_loaded_again(api, database, browser):
    spec = SMALLEST | {"seeds": [1, 2], "training": {"steps": 10}}
    home = f"/jobs/{api.post('/v1/jobs', json=spec).json()['id']}"
    open_page(browser, api, home)
    browser.run("window.mark = 1")
    assert "No worker serves the queue cpu." in browser.text()
    train(database)
    browser.until("return document.body.innerText.includes('100% of its steps')")
    browser.until("return !document.querySelector('[data-live]')")
    assert browser.run("return window.mark") == 1
    browser.until("return document.querySelector('img').complete")
    assert browser.complaints() == []


def test_an_estimator_is_entered_by_a_form(api, browser):
    open_page(browser, api, "benchmarks/toy@2/enter?estimator=muprop")
    script = """const decay = document.getElementById(arguments[0]);
      decay.value = "7"; return decay.validity.valid"""
    names = browser.run("return [...document.querySelectorAll('[type=number]')].map((x) => x.name)")
    [decay] = [name for name in names if name.endswith("decay")]
    assert not browser.run(script, decay)
    open_page(browser, api, "benchmarks/toy@2/enter?estimator=muprop")
    browser.click("form[method=post] button")
    browser.until("return location.pathname.includes('/entries/')")
    assert "muprop on toy@2" in browser.text("h1") and browser.complaints() == []


def test_pages_are_read_by_everybody(api, database, browser):
    """At 400 pixels without sideways scroll, in light and dark without a finding of axe."""
    with database.begin() as session:
        board = put(session, demo())
    for name in ("reinforce_loo", "muprop"):
        enter(api, {"estimator": {"name": name}})
    rank_entries(database)
    axe = files("axe_core_python").joinpath("axe.min.js").read_text()
    browser.width(400)
    findings = []
    ranked = [one["entry_id"] for one in api.get("/v1/benchmarks/toy@2/board").json()["rows"]]
    pair = f"benchmarks/toy@2/compare?entry={ranked[0]}&entry={ranked[1]}"
    pages = ("", f"boards/{board}", "benchmarks/toy@2", pair, "estimators/muprop", "submit")
    for address in pages:
        for scheme in ("light", "dark"):
            browser.colours(scheme)
            open_page(browser, api, address)
            wide = browser.run("return document.documentElement.scrollWidth")
            browser.run(axe)
            violations = browser.ask("POST", "/execute/sync", script=SERIOUS, args=[])
            findings += [f"{address} {scheme}: {one}" for one in violations]
            if wide > 400:
                findings.append(f"{address}: {wide} pixels wide")
    browser.colours("light")
    assert findings == []


def test_a_board_of_a_page_is_small_and_needs_no_script(api, database, browser):
    with database.begin() as session:
        board = put(session, demo())
    answer = api.get(f"/boards/{board}", headers={"Accept-Encoding": "gzip"})
    assert int(answer.headers["content-length"]) < 100_000
    browser.scripts(False)
    try:
        open_page(browser, api, f"boards/{board}")
        browser.click("input[name=cell]", 0)
        browser.click("input[name=cell]", 1)
        browser.click("[data-compare]")
        until(lambda: "/compare?" in browser.ask("GET", "/url"))
    finally:
        browser.scripts(True)
