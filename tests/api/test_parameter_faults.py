"""Parameters that are not valid: each fault says what would be right, and pages are for people."""

import pytest

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
NOBODY = "01890000-0000-7000-8000-000000000000"
CASES = {  # the path: the parameter, what is wrong, what would be right
    "/v1/jobs?state=succeded": (
        "state",
        "no such value (got 'succeded')",
        "Did you mean succeeded?",
    ),
    "/v1/jobs?label=study": ("label", "not written so (got 'study')", "such as study=depth"),
    "/v1/jobs?created_after=noon": ("created_after", "Not a date", "such as 2026-11-24T00:00:00Z"),
    "/v1/jobs?limit=all": ("limit", "valid integer", "items in a page"),
    "/v1/jobs?state=failed,queued": ("state", "Several values", "state=failed&state=queued"),
    "/v1/jobs?fields=id,state": ("fields", "Several values", "fields=id&fields=state"),
    "/v1/jobs?model=toi": ("model", "no such value (got 'toi')", "Did you mean toy?"),
    "/v1/jobs?dataset=digit": ("dataset", "no such value", "Did you mean digits?"),
    "/v1/jobs?estimator=mupro": ("estimator", "no such value", "Did you mean muprop?"),
    "/v1/jobs?benchmark=toi": ("benchmark", "no such value", "Did you mean toy?"),
    "/v1/leaderboards/toy": ("benchmark", "not written so (got 'toy')", "such as 32150d64b45efde9"),
    "/v1/leaderboards/0000000000000000?axis=stepz": ("axis", "no such value", "mean steps?"),
    "/v1/jobs/1": ("job_id", "valid UUID", "that a submission answered"),
    "/v1/benchmarks/toy/compare?a=arm": ("b", "It is missing", "an entry, or its estimator"),
}


def test_a_fault_says_what_would_be_right(api):
    for path, (name, detail, fix) in CASES.items():
        answer = api.get(path)
        [fault] = answer.json()["errors"]
        assert (answer.status_code, fault["parameter"]) == (422, name), path
        assert detail in fault["detail"] and fix in fault["fix"], (path, fault)
    assert "Did you mean toy?" in api.get("/v1/benchmarks/toi/board").json()["detail"]


def test_an_address_that_leads_nowhere_is_a_page(api):
    for path in ("/boards/toy", "/jobs/1", f"/jobs/{NOBODY}", "/benchmarks/TOY"):
        page = api.get(path, headers=BROWSER)
        assert page.status_code == 404 and "Nothing is here" in page.text
    refused = api.get("/boards/0000000000000000?axis=stepz", headers=BROWSER)
    assert refused.status_code == 422 and "Did you mean steps?" in refused.text
    assert "`" not in refused.text and "`" not in api.get("/problems/invalid", headers=BROWSER).text
