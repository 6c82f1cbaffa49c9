"""Certificates: of the built-in estimators, kept in step with the code, and of anyone's."""

import json
import subprocess
import sys

import pytest

from analysis.boards.verify import unequal_parts
from estimators import registry
from estimators.__main__ import main
from estimators.oracle.provenance import code_digest
from estimators.specs import ESTIMATORS
from estimators.specs.certificates import load_certificates
from estimators.specs.plugins import installed_plugins
from estimators.testing import certify

from .cases import CLASSES, build_estimator
from .own import Halved, Selfish, Spendthrift

STALE = "make generate"
FEW = ("vae-1", "quadratic")


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_the_certificates_are_of_this_code_and_kept(cls):
    name = cls.model_fields["name"].default
    for settings, stored in zip(cls.certified, load_certificates()[name], strict=True):
        estimator = build_estimator(cls(**settings))
        assert stored.estimator == estimator.model_dump(mode="json")
        assert stored.code == code_digest(estimator), f"Stale: run {STALE}"
        assert stored.kept and len(stored.rows) > 0


def test_a_certificate_made_anew_is_the_one_stored():
    """To the rounding of another processor."""
    stored = load_certificates()["half"][0].model_dump(mode="json")
    anew = certify(build_estimator(ESTIMATORS["half"]())).model_dump(mode="json")
    assert list(unequal_parts("", stored, anew)) == []


def test_the_code_of_an_estimator_is_not_that_of_another():
    codes = [code_digest(build_estimator(cls())) for cls in CLASSES]
    assert len(set(codes)) == len(codes)


def test_certificates_are_read_without_torch():
    read = (
        "import sys; from estimators.specs.certificates import load_certificates; assert "
        "load_certificates()"
    )
    subprocess.run([sys.executable, "-c", f"{read} and 'torch' not in sys.modules"], check=True)


def test_a_sound_estimator_of_ones_own_keeps_what_it_declares():
    found = certify(Halved(), nets=FEW)
    assert found.kept and [row.z for row in found.rows] == [None, None]
    assert "NOT KEPT" not in found.table()


def test_bias_is_told():
    found = certify(Selfish(), nets=FEW)
    assert not any(row.kept for row in found.rows) and min(row.bias for row in found.rows) > 0.1
    assert found.table().count("NOT KEPT") == 3


def test_evaluations_beyond_those_declared_are_told():
    found = certify(Spendthrift(), nets=FEW)
    assert not found.kept and max(row.bias for row in found.rows) < 1e-12
    assert found.rows[0].forward == 2


@pytest.mark.parametrize("name, status", [("Halved", 0), ("Selfish", 1)])
def test_the_command_says_by_its_status_whether_all_is_kept(name, status, capsys):
    assert main(["check", f"tests.estimators.own:{name}", "--json", "--draws", "1000"]) == status
    (certificate,) = json.loads(capsys.readouterr().out)
    assert all(row["kept"] for row in certificate["rows"]) == (status == 0)


def test_what_does_not_exist_is_told(capsys):
    assert main(["check", "tests.estimators.own:Nobody"]) == 2
    assert "no estimator" in capsys.readouterr().err


def test_an_estimator_of_another_package_is_found_by_its_entry_point(tmp_path, monkeypatch):
    info = tmp_path / "my_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[gradarena.estimators]\nhalved = tests.estimators.own:Halved\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert "my-package:halved" in installed_plugins()
    assert registry.find_estimator("my-package:halved") is Halved
    assert registry.build_estimator(Halved()) == Halved()


def test_the_command_writes_what_it_found(tmp_path):
    path = tmp_path / "certificates.json"
    assert main(["certificates", "half", "--output", str(path), "--draws", "1000"]) == 0
    (certificate,) = json.loads(path.read_text())["half"]
    stored = load_certificates()["half"][0].model_dump(mode="json")
    assert list(unequal_parts("", stored, certificate)) == []


def test_only_what_is_stale_is_made_anew(tmp_path, capsys):
    path = tmp_path / "certificates.json"
    stored = {
        name: [c.model_dump(mode="json") for c in load_certificates()[name]]
        for name in ("half", "exact")
    }
    stored["half"][0]["code"] = "of another day"
    path.write_text(json.dumps(stored))
    words = ["certificates", "half", "exact", "--stale", "--output", str(path)]
    assert main(words) == 0
    assert capsys.readouterr().out.split() == ["half", "kept"]
    assert json.loads(path.read_text())["half"][0]["code"] == load_certificates()["half"][0].code
