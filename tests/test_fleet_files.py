"""The fleet's files agree with the code, and with each other."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from service.config import PREFIX, Settings, with_password

ROOT = Path(__file__).parents[1]
FLEET = ROOT / "docker-compose.yml"
HOST = ROOT / "docker-compose.worker.yml"
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::?[-?]([^}]*))?\}")
# what the file says by itself: where things are inside of it
FIXED = {"DATABASE", "DATABASE_PASSWORD", "BROKER", "BROKER_PASSWORD", "DATA", "PULSE"}


def services(path):
    return yaml.safe_load(path.read_text())["services"]


def test_every_setting_of_the_service_can_be_set():
    told = set(VARIABLE.findall(FLEET.read_text()))
    names = {name for name, _ in told}
    for field in Settings.model_fields:
        assert field.upper() in FIXED or PREFIX + field.upper() in names, field


def test_defaults_of_the_file_are_settings_that_can_be_read():
    values = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in VARIABLE.findall(FLEET.read_text())
        if name.removeprefix(PREFIX).lower() in Settings.model_fields and "is not" not in value
    }
    assert Settings(**values).asks_keys and not Settings(**values).open_reads


def test_every_variable_is_listed_and_every_listed_one_is_used():
    listed = re.findall(r"^#?([A-Z_]+)=", (ROOT / "fleet/example.env").read_text(), re.M)
    used = {name for name, _ in VARIABLE.findall(FLEET.read_text())}
    assert sorted(listed) == sorted(used) and len(set(listed)) == len(listed)


@pytest.mark.parametrize("path", [FLEET, HOST], ids=["fleet", "host"])
def test_every_service_is_bounded_and_may_do_little(path):
    for name, service in services(path).items():
        assert service["read_only"] and service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["mem_limit"] and service["cpus"] and service["pids_limit"], name
        assert service["logging"]["options"]["max-size"], name
        for port in service.get("ports", ()):
            assert port.startswith("127.0.0.1:") or name == "caddy", port


def test_one_service_builds_each_image():
    builders = {}
    for name, service in services(FLEET).items():
        if "build" in service:
            builders.setdefault(service["image"], []).append(name)
    assert all(len(names) == 1 for names in builders.values()) and len(builders) == 3
    assert all(image.startswith("${COMPOSE_PROJECT_NAME}-") for image in builders)


def test_passwords_are_required_and_may_have_any_characters():
    text = FLEET.read_text()
    for name in ("GRADARENA_DB_PASSWORD", "GRADARENA_BROKER_PASSWORD"):
        defaults = [default for each, default in VARIABLE.findall(text) if each == name]
        assert defaults and all(default.startswith("is not set") for default in defaults)
    assert with_password("redis://h:1/0", "a@/:b") == "redis://:a%40%2F%3Ab@h:1/0"
    assert with_password("x+y://me:old@h/d", "p ä") == "x+y://me:p%20%C3%A4@h/d"
    told = Settings(database="postgresql+psycopg://me@h/d", database_password="%$'\"#")
    assert told.database == "postgresql+psycopg://me:%25%24%27%22%23@h/d"


def test_an_environment_is_written_once(tmp_path):
    (tmp_path / "fleet").mkdir()
    script = tmp_path / "fleet" / "new-env"
    script.write_text((ROOT / "fleet/new-env").read_text())
    run = lambda: subprocess.run(["sh", script], capture_output=True, text=True)
    assert run().returncode == 0 and run().returncode == 1
    told = dict(line.split("=") for line in (tmp_path / ".env").read_text().splitlines())
    assert len(set(told.values())) == 3 and all(len(value) > 12 for value in told.values())
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0


def test_alerts_and_panels_speak_of_metrics_that_there_are():
    from service.api import metrics

    source = Path(metrics.__file__).read_text()
    known = {f"gradarena_{name}" for name in re.findall(r'gauge\("(\w+)"', source)}
    known |= {"gradarena_attempts", "gradarena_request_seconds"}
    alerts = yaml.safe_load((ROOT / "fleet/prometheus/alerts.yml").read_text())
    expressions = [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]
    board = json.loads((ROOT / "fleet/grafana-dashboard.json").read_text())
    expressions += [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    for name in re.findall(r"gradarena_\w+", " ".join(expressions)):
        assert re.sub(r"_(total|count|bucket|sum)$", "", name) in known, name


# --- the same worker elsewhere

MANIFEST = ROOT / "fleet/kubernetes/worker.yaml"
BATCH = ROOT / "fleet/slurm/worker"


def manifest(kind):
    (one,) = (each for each in yaml.safe_load_all(MANIFEST.read_text()) if each["kind"] == kind)
    return one


def test_kubernetes_runs_the_fleet_s_worker_and_lets_it_do_as_little():
    deployment, host = manifest("Deployment")["spec"], services(HOST)["worker"]
    pod = deployment["template"]["spec"]
    assert deployment["selector"]["matchLabels"] == deployment["template"]["metadata"]["labels"]
    (worker,) = pod["containers"]
    assert worker["command"] == [
        part.replace("${GRADARENA_QUEUE:-cpu}", "cpu") for part in host["command"]
    ]
    assert worker["livenessProbe"]["exec"]["command"][2] == host["healthcheck"]["test"][1]
    assert f"{pod['terminationGracePeriodSeconds']}s" == host["stop_grace_period"]
    may = worker["securityContext"]
    assert may["readOnlyRootFilesystem"] and not may["allowPrivilegeEscalation"]
    assert may["capabilities"] == {"drop": ["ALL"]} and pod["securityContext"]["runAsNonRoot"]
    assert worker["resources"]["limits"].keys() == {"cpu", "memory"}
    mounts = {mount["name"] for mount in worker["volumeMounts"]}
    assert mounts == {volume["name"] for volume in pod["volumes"]}


def test_settings_of_the_manifest_are_settings():
    values = manifest("ConfigMap")["data"]
    names = {name.removeprefix(PREFIX).lower(): value for name, value in values.items()}
    assert names.keys() <= Settings.model_fields.keys() and Settings(**names).grace == 45
    assert set(re.findall(r"literal=GRADARENA_(\w+)=", MANIFEST.read_text())) == {
        "DATABASE_PASSWORD",
        "BROKER_PASSWORD",
    }
    wanted = {"DATABASE", "BROKER", "ARTIFACTS", "DATA", "PULSE"}
    assert {name.upper() for name in names} >= wanted


def test_slurm_s_script_becomes_the_worker(tmp_path):
    """With the settings of its file, in the process that SLURM signals."""
    stub = tmp_path / "celery"
    stub.write_text('#!/bin/sh\necho "$$" "$@"\nenv\n')
    stub.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)}
    environment |= {"SLURM_JOB_ID": "7", "SLURM_TMPDIR": str(tmp_path / "scratch")}
    run = lambda: subprocess.Popen(
        ["sh", BATCH], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    settings = tmp_path / "gradarena.env"
    settings.write_text("GRADARENA_DATABASE=x://d\nGRADARENA_BROKER=redis://b\n")
    refused = run()
    assert "GRADARENA_ARTIFACTS" in refused.communicate()[1] and refused.returncode
    settings.write_text(settings.read_text() + "GRADARENA_ARTIFACTS='s3://a/b c'\n")
    process = run()
    first, *lines = process.communicate()[0].splitlines()
    fleet = services(HOST)["worker"]["command"]
    command = " ".join(fleet).replace("celery ", "").replace("${GRADARENA_QUEUE:-cpu}", "cpu")
    assert first == f"{process.pid} {command} -n slurm-7@%h"
    assert {"GRADARENA_ARTIFACTS=s3://a/b c", f"GRADARENA_DATA={tmp_path}/scratch/gradarena"} <= {
        *lines
    }
    assert (tmp_path / "scratch/gradarena").is_dir()
