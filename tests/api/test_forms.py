"""Forms enter and submit what their inputs say; a browser without a script can use them all."""

import re

import pytest

from analysis.pages.fields import field_input, schema_fields, sent_object
from analysis.pages.progress import Progress, duration_text, time_left
from estimators.specs import ESTIMATORS
from service.api import fleet_pages, pages
from service.store.models import Worker
from service.store.queues import QueuePlace
from service.store.workers import WorkerView
from service.waiting import queue_reason
from tests.api.conftest import SMALLEST
from tests.api.test_pages import page
from tests.boards.stored import put
from tests.boards.world import demo

pytestmark = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
ENTER = "/benchmarks/toy@2/enter"


def test_an_entry_by_a_form_is_entered_and_has_a_page(api):
    text = page(api, f"{ENTER}?estimator=reinforce")
    assert 'name="signal.decay"' in text or 'name="decay"' in text
    answer = api.post(ENTER, data={"estimator": "half"})
    assert answer.status_code == 303
    text = page(api, answer.headers["location"])
    assert (
        "half on toy@2" in text and ">tuning<" in text and "Tuning" in text and "data-live" in text
    )
    home = answer.headers["location"]
    assert api.post(f"{home}/withdraw", data={"reason": "a <slip>"}).headers["location"] == home
    text = page(api, home)
    assert ">withdrawn<" in text and "a &lt;slip&gt;" in text and "data-live" not in text


def test_a_form_names_settings_to_choose_among(api):
    assert "Tuning, within 5 trials" in page(api, f"{ENTER}?estimator=reinforce_loo")
    sent = {"estimator": "reinforce_loo", "tuning.settings": '[{"draws": 2}, {"draws": 3}]'}
    answer = api.post(ENTER, data=sent, headers={"Accept": "text/html"})
    assert answer.status_code == 422 and "are 10 trials; toy@2 grants 5" in answer.text
    assert "&quot;draws&quot;: 3" in answer.text
    answer = api.post(ENTER, data=sent | {"tuning.learning_rates": "[0.1]"})
    text = page(api, answer.headers["location"])
    assert "2 trials: 2 settings at 1 learning rate (0.1)" in text


def test_a_wrong_form_comes_back_with_what_is_wrong(api):
    wrong = {"training.steps": "-5", "training.batch_size": "many", "seeds": "[1]"}
    answer = api.post("/submit", data=wrong, headers={"Accept": "text/html"})
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert "/training/steps" in answer.text and "/training/batch_size" in answer.text
    assert 'value="-5"' in answer.text
    huge = {"training.steps": "100000000", "training.checkpoint_every": "1"}
    answer = api.post("/submit", data=huge, headers={"Accept": "text/html"})
    assert answer.status_code == 422 and "at most" in answer.text
    looked = api.post("/submit", data={"seeds": "[1, 2]", "look": "estimate"})
    assert "It would be 2 runs of a model of " in looked.text
    assert api.get("/v1/jobs").json()["data"] == []
    right = wrong | {"training.steps": "7", "training.batch_size": "10"}
    job = api.get("/v1" + api.post("/submit", data=right).headers["location"]).json()
    assert job["spec"]["training"]["steps"] == 7 and job["counts"] == {"queued": 1}
    assert api.get("/submit?model=nothing").status_code == 404


def test_two_rows_are_compared_seed_by_seed(api, database):
    with database.begin() as session:
        home = f"/boards/{put(session, demo())}"
    text = page(api, home)
    cells = re.findall(r'name="cell" value="(\w+)"', text)
    assert len(cells) == text.count('aria-label="compare ') > 2 and "data-unbiased" in text
    assert text.count('<svg class="strip"') > 2 and 'aria-current="page">equal steps' in text
    sent = api.get(f"{home}/compare", params={"cell": cells[:2], "query": "axis=evals"})
    assert "axis=evals" in sent.headers["location"]
    text = page(api, sent.headers["location"])
    assert "Seed by seed" in text and "95% of this pair alone" in text
    picture = api.get(f"{home}/compare.svg", params={"cell": cells[:2]})
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert api.get(f"{home}/compare", params={"cell": cells[:3]}).status_code == 422


def test_an_estimators_page_has_what_is_known_of_it(api):
    text = page(api, "/estimators/muprop")
    for part in (
        "arXiv:1511.05176",
        "Algorithm 1",
        "2 + 2 of the cost",
        "learned_scale",
        "keeps what it declares",
        "toy@2",
    ):
        assert part in text, part
    assert "toy@1" not in text
    assert api.get("/estimators/nothing").status_code == 404


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_every_spec_has_inputs_that_say_its_defaults(name, url):
    spec = ESTIMATORS[name]
    fields = schema_fields(spec.model_json_schema(), values=spec().model_dump(mode="json"))
    sent = {}
    for field in fields:
        text = field_input(field)
        assert field.kind == "choice" or f'name="{field.name}"' in text
        sent[field.name] = "null" if field.default is None else str(field.default).lower()
    assert spec.model_validate({"name": name, **sent_object(fields, sent)}) == spec()


def test_the_fleet_says_who_trains_and_what_waits(api):
    text = page(api, "/fleet")
    assert "No worker was heard lately" in text and "Nothing waits." in text
    api.post("/v1/jobs", json=SMALLEST)
    text = page(api, "/fleet")
    assert "No worker serves the queue cpu." in text and "muprop on structured prediction" in text


def test_results_that_ship_stand_beside_those_of_the_service(api):
    text = page(api, "/papers/muprop-2016")
    assert "LR-C-VN-IDB" in text and "ship with the service" in text and 'scale=digits">' in text
    assert "/papers/muprop-2016" in page(api, "/suites/muprop-2016")
    answer = api.get("/papers/muprop-2016?scale=quick")
    assert answer.status_code == 404 and "there are those of full, digits" in answer.text


def test_a_paper_is_shown_at_the_largest_scale_that_ships(api, monkeypatch, tmp_path):
    address = "/papers/muprop-2016-centred"
    for module in (pages, fleet_pages):
        monkeypatch.setattr(module, "SHIPPED", tmp_path)
    monkeypatch.setattr(fleet_pages, "shipped_report", fleet_pages.shipped_report.__wrapped__)
    answer = api.get(address)
    assert answer.status_code == 404 and "No results of muprop-2016-centred ship" in answer.text
    assert address not in page(api, "/")
    (tmp_path / "muprop-2016-centred" / "digits").mkdir(parents=True)
    text = page(api, address)
    assert "<b>digits</b>" in text and "scale=full" not in text
    assert address in page(api, "/") and address in page(api, "/suites/muprop-2016-centred")
    (tmp_path / "muprop-2016-centred" / "full").mkdir()
    text = page(api, address)
    assert "<b>full</b>" in text and "?scale=digits" in text


def test_why_a_job_waits(url):
    position = QueuePlace("gpu", 3, 0.0, "", "mnist")
    worker = lambda trouble, *lacks: WorkerView(Worker(trouble=trouble, missing_data=lacks), 1.0)
    assert queue_reason(position, []) == "No worker serves the queue gpu."
    assert "no disk" in queue_reason(position, [worker("no disk")])
    assert queue_reason(position, [worker(None)]) == "3 programs before it in the queue gpu."
    assert "it died; the next in 4 s" in queue_reason(
        position._replace(pause=4, why="it died"), [worker(None)]
    )
    assert queue_reason(position._replace(before=0), [worker(None)]).startswith("It is next")
    some = [worker(None), worker(None, "tfd", "mnist")]
    assert queue_reason(position, some) == "3 programs before it in the queue gpu."
    assert "has the files of mnist" in queue_reason(position, some[1:])


def test_times_are_told_in_two_units(url):
    times = [0.4, 59, 200, 3700, 90_000]
    assert [duration_text(one) for one in times] == [
        "0 s", "59 s", "3 min 20 s", "1 h 1 min", "1 d 1 h",
    ]  # fmt: skip
    work = Progress("running", 0.25, {}, now=100.0, created_at=0.0, started_at=0.0)
    assert time_left(work) == "; about 5 min 0 s left at this pace"
    assert time_left(work._replace(done=0.0)) == time_left(work._replace(finished_at=5.0)) == ""
