"""What happened to a job, from the service and from log files."""

import json

from tests.api.conftest import SMALLEST

from .conftest import gradarena

JOB = "01a21499-d746-7642-b001-57ac994fb527"
TEXT = f"""2026-01-01 10:00:00 INFO    claimed at step 0  job={JOB}  attempt=1
2026-01-01 10:00:01 ERROR   the program failed  job={JOB}
Traceback (most recent call last):
ValueError: why
2026-01-01 10:00:02 INFO    claimed at step 0  job=another
Traceback of another
{json.dumps({"message": "submitted", "job": JOB})}
"""


def test_events_are_lines(service):
    spec = json.dumps(SMALLEST)
    job = gradarena("submit", "-", url=service.url, stdin=spec).stdout.split()[0]
    [line] = gradarena("logs", job, url=service.url).stdout.splitlines()
    assert line.split()[2:] == ["submitted", "runs=5"]
    [event] = gradarena("logs", job, "--json", url=service.url).stdout.splitlines()
    assert json.loads(event)["number"] == 1


def test_lines_of_a_job_are_picked_out_of_files(tmp_path):
    path = tmp_path / "log"
    path.write_text(TEXT)
    lines = gradarena("logs", JOB, "--file", path).stdout.splitlines()
    assert len(lines) == 5 and lines[3] == "ValueError: why" and "submitted" in lines[4]
    assert gradarena("logs", JOB, "--file", "-", stdin=TEXT).stdout.splitlines() == lines
    assert gradarena("logs", JOB, "--file", tmp_path / "nothing").exit_code == 2
