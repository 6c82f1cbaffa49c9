"""The configurations in examples/configs: each is a job that trains, on made images of its size."""

import json
import math
from pathlib import Path

import pytest
import torch

from estimators import data
from estimators.data import Images
from estimators.experiment import Member, Program
from estimators.specs.experiment import Experiment

FOLDER = Path(__file__).parents[2] / "examples" / "configs"
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))
every_config = pytest.mark.parametrize("name", NAMES)


def config(name):
    return Experiment.model_validate_json((FOLDER / f"{name}.json").read_text())


def made_images(spec):
    """Smooth shades that differ from image to image, in the form of the dataset."""
    if not spec.pixels:
        return [torch.empty(1, 0)] * 3, None
    g = torch.Generator().manual_seed(3)
    grid, parts = torch.linspace(0, 9, spec.pixels), (200, 20, 20)
    inks = [((torch.rand(n, 1, generator=g) * 9 + grid).sin() / 2 + 0.5) for n in parts]
    if spec.grey:
        return inks, None
    drawn = [(torch.rand(ink.shape, generator=g) < ink).float() for ink in inks]
    dynamic = getattr(getattr(spec, "binarisation", None), "name", "") == "dynamic"
    return drawn, inks[0] if dynamic else None


def trained(name, steps, monkeypatch):
    """The series of the first run, over few steps and seen by few samples."""
    spec = config(name)
    counts = tuple(min(count, 9 + k) for k, count in enumerate(spec.evaluation.counts))
    samples = counts[0] if len(counts) == 1 else counts
    changes = {
        "training": spec.training.model_copy(update={"steps": steps, "checkpoint_every": steps}),
        "evaluation": spec.evaluation.model_copy(update={"every": steps, "samples": samples}),
    }
    parts, ink = made_images(spec.dataset)
    monkeypatch.setattr(data, "load_images", lambda _: Images(*parts, ink))
    short = spec.model_copy(update=changes)
    seed, setting = spec.runs[0]
    return Program(short, {0: Member(seed, setting)}, 1).run_to(steps)


@every_config
def test_a_configuration_is_a_job_with_its_source(name):
    spec = config(name)
    written = json.loads((FOLDER / f"{name}.json").read_text())
    assert Experiment.model_validate_json(spec.canonical) == spec and written["training"]
    row = next(
        line
        for line in (FOLDER / "README.md").read_text().splitlines()
        if line.startswith(f"| `{name}` |")
    )
    _, source, departure = row.strip("| ").split(" | ")
    assert len(source) > 20 and len(departure) > 20


@every_config
def test_a_configuration_trains(name, monkeypatch):
    segment = trained(name, 2, monkeypatch)
    assert segment.ended == {0: "completed"}
    bounds = {k: s.values for k, s in segment.series[0].items() if k.startswith("bound/")}
    assert bounds and all(math.isfinite(v) for values in bounds.values() for v in values)


@pytest.mark.slow
@every_config
def test_a_configuration_learns_over_200_steps(name, monkeypatch):
    """On average: what it trains costs less at the end than at the start, but for rates so low that
    200 steps of them move nothing, which stay where they were."""
    segment = trained(name, 200, monkeypatch)
    assert segment.ended == {0: "completed"}
    costs = segment.series[0]["cost/train"].values
    assert costs[-40:].mean() < costs[:20].mean() + 3 * costs[:20].std()
    first, last = segment.series[0]["bound/validation"].values[[0, -1]]
    assert last < first


def test_the_schedule_of_iwae_is_the_papers():
    """Rates 0.001 * 10^(-i/7) for 3^i epochs, i from 0 to 7."""
    spec, epoch = config("iwae"), 59_600 // 20
    assert spec.training.steps == sum(3**i for i in range(8)) * epoch
    start = 0
    for i in range(8):
        for step in (start, start + 3**i * epoch - 1):
            rate = 0.001 * spec.training.schedule.factor(step)
            assert rate == pytest.approx(0.001 * 10 ** (-i / 7), rel=1e-5)
        start += 3**i * epoch
    assert spec.dataset.sizes == (59_600, 400, 10_000)
