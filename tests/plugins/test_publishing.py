"""What a worker publishes, and what it does when a package is broken."""

import json
import logging
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from estimators import registry
from estimators.__main__ import main
from estimators.core import Estimator
from estimators.experiment import Program
from estimators.oracle import provenance
from estimators.specs import Plugin
from estimators.specs.experiment import Experiment
from estimators.specs.plugins import installed_plugins
from estimators.testing import certify
from estimators.training.train import Member
from service import plugins
from service.config import Settings
from service.store.base import session_factory
from tests.estimators.own import Halved, Selfish
from workers import plugins as workers
from workers.plugins import Publisher, exclusive_lock, plugin_origin, publish_all

SOUND, BROKEN, BIASED, NONE = (f"some:{kind}" for kind in ("sound", "broken", "biased", "none"))
POINTS = {
    "sound": "tests.estimators.own:Halved",
    "biased": "tests.estimators.own:Selfish",
    "broken": "tests.estimators.nowhere:Halved",
    "none": "tests.estimators.own:Literal",
    "two words": "tests.estimators.own:Halved",
}


@pytest.fixture
def packages(tmp_path, monkeypatch):
    """A distribution whose entry points are good and bad."""
    info = tmp_path / "some-1.5.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: some\nVersion: 1.5\n")
    lines = [f"{name} = {target}" for name, target in POINTS.items()]
    (info / "entry_points.txt").write_text("\n".join(["[gradarena.estimators]", *lines]))
    monkeypatch.syspath_prepend(tmp_path)


@pytest.fixture
def desk(packages, engine, tmp_path, monkeypatch):
    """A publisher whose oracle has two nets, and what it certified."""
    certified, database = [], session_factory(engine)

    def quick(estimator):
        certified.append(estimator.name)
        return certify(estimator, nets=("vae-1", "quadratic"))

    monkeypatch.setattr(workers.testing, "certify", quick)
    publisher = Publisher(database, Settings(database=str(engine.url), data=tmp_path))
    return SimpleNamespace(database=database, publisher=publisher, certified=certified)


def publish(publisher):
    publish_all(installed_plugins(), publisher.stage, publisher.lock)


def entries(desk):
    with desk.database.begin() as session:
        return {entry.name: entry for entry in plugins.plugin_details(session)}


def test_what_works_is_published_and_what_does_not_is_told(desk, caplog):
    with caplog.at_level(logging.INFO):
        publish(desk.publisher)
    assert {name: entry.kept for name, entry in entries(desk).items()} == {
        SOUND: True,
        BIASED: False,
    }
    for name in (BROKEN, NONE, "some:two words"):
        assert f"{name}: cannot describe it" in caplog.text


def test_code_is_certified_once(desk):
    publish(desk.publisher)
    assert sorted(desk.certified) == ["halved", "selfish"]
    publish(Publisher(desk.database, Settings(data=desk.publisher.lock.parent)))
    assert len(desk.certified) == 2 and entries(desk)[SOUND].kept


def test_what_cannot_be_certified_has_no_certificate(desk, monkeypatch, caplog):
    def fail(self, net, params, memory, batch, noise):
        raise RuntimeError("it broke")

    monkeypatch.setattr(Selfish, "estimate", fail)
    publish(desk.publisher)
    assert entries(desk)[BIASED].kept is None and entries(desk)[SOUND].kept
    assert f"{BIASED}: cannot certify it" in caplog.text


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_it_ends_when_its_worker_does(packages, engine, tmp_path):
    """While it waits for another that certifies: the worker's end of the pipe closes."""
    settings = {"DATABASE": engine.url.render_as_string(hide_password=False), "DATA": str(tmp_path)}
    environment = os.environ | {f"GRADARENA_{name}": value for name, value in settings.items()}
    with exclusive_lock(tmp_path / "plugins.lock"):
        command = [sys.executable, "-m", "workers.plugins"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(3)
        process.stdin.close()
        assert process.wait(120) == 1


RUDE = {
    "exits": "raise SystemExit(3)",
    "dies": "import os; os._exit(5)",
    "hangs": "import time; time.sleep(600)",
    "prints": "print('hello'); from tests.estimators.own import Halved",
}


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.slow
def test_a_rude_package_costs_nobody_else_anything(engine, tmp_path, monkeypatch):
    """Exits, hangs or prints as it is imported; each has a process of its own."""
    info = tmp_path / "rude-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: rude\nVersion: 1.0\n")
    lines = [f"{name} = rude_{name}:Halved" for name in RUDE]
    (info / "entry_points.txt").write_text("\n".join(["[gradarena.estimators]", *lines]))
    for name, code in RUDE.items():
        (tmp_path / f"rude_{name}.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.getcwd()]))
    monkeypatch.setenv("GRADARENA_DATABASE", engine.url.render_as_string(hide_password=False))
    monkeypatch.setenv("GRADARENA_DATA", str(tmp_path))
    monkeypatch.setitem(workers.STAGES, "describe", 60.0)
    ends = {name: workers.stage_apart("describe", f"rude:{name}") for name in sorted(RUDE)}
    assert ends == {"dies": False, "exits": False, "hangs": False, "prints": True}


def test_a_schema_names_the_plug_in_as_specs_do(desk):
    desk.publisher.describe(SOUND)
    schema = entries(desk)[SOUND].json_schema
    assert schema["properties"]["name"]["const"] == SOUND and schema["required"] == ["name"]


def test_a_run_says_which_code_trained_it(packages):
    about = plugin_origin({"estimator": {"name": SOUND}})
    assert about == {
        "plugin": "some 1.5",
        "plugin_code": provenance.code_digest(registry.plugin_class(SOUND)()),
    }
    assert plugin_origin({"estimator": {"name": "muprop"}}) == {}


def test_specs_name_installed_packages_and_nothing_else(packages):
    assert isinstance(registry.build_estimator(Plugin(name=SOUND)), Estimator)
    for name in ("os:system", "tests.estimators.own:Halved"):
        with pytest.raises(LookupError, match="not installed"):
            registry.build_estimator(Plugin(name=name))
    with pytest.raises(TypeError, match="no class"):
        registry.build_estimator(Plugin(name=NONE))


@pytest.mark.parametrize(
    "estimator, words",
    [({"name": "some:absent"}, "not installed"), ({"name": SOUND, "pairs": 3}, "pairs")],
)
def test_an_experiment_here_wants_the_package_and_its_settings(
    packages, tmp_path, capsys, estimator, words
):
    spec = {"model": {"name": "toy"}, "estimator": estimator, "dataset": {"name": "nothing"}}
    (tmp_path / "spec.json").write_text(json.dumps(spec))
    assert main(["run", str(tmp_path / "spec.json")]) == 2
    assert words in capsys.readouterr().err


def test_what_a_class_refuses_is_refused_where_it_trains(packages, monkeypatch):
    monkeypatch.setattr(Halved, "refuses", lambda self, model: "It is tired.")
    spec = {"model": {"name": "toy"}, "estimator": {"name": SOUND}, "dataset": {"name": "nothing"}}
    with pytest.raises(ValueError, match="It is tired"):
        Program(Experiment.model_validate(spec), {0: Member(0, {"learning_rate": 0.1})}, 1)


def test_the_code_of_a_plug_in_is_all_of_its_package_that_it_imports(tmp_path, monkeypatch):
    package = tmp_path / "parts_of"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "part.py").write_text("HALF = 2\n")
    own = (
        "from tests.estimators.own import Halved\nfrom . import part\nclass Mine(Halved):\n  "
        "  half = part\n"
    )
    (package / "mine.py").write_text(own.replace("    half = part", "    pass"))
    monkeypatch.syspath_prepend(tmp_path)
    codes = []
    for text in ("HALF = 2\n", "HALF = 2  # of two\n", "HALF = 3\n"):
        (package / "part.py").write_text(text)
        for name in [name for name in sys.modules if name.startswith("parts_of")]:
            del sys.modules[name]
        codes.append(provenance.code_digest(registry.find_estimator("parts_of.mine:Mine")()))
    assert codes[0] == codes[1] != codes[2]
