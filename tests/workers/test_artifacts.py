"""Checkpoints come back as they were, and those that nobody needs go."""

import os
from contextlib import ExitStack

import numpy as np
import pytest
from botocore.exceptions import EndpointConnectionError
from s3fs import S3FileSystem

from service.store import bundles, jobs
from service.store.base import session_factory
from service.store.bundles import CheckpointReport
from service.store.checkpoints import checkpoint_stem
from tests.store.world import plan
from tests.workers.s3 import BUCKET, s3_server
from workers.artifacts import Artifacts, BrokenCheckpoint, StoreAway, checkpoint_owner


@pytest.fixture(params=["file", "s3"])
def artifacts(request, tmp_path):
    """In a folder, and in a bucket: of a server of our own, or of the one that GRADARENA_TEST_S3
    names the address of."""
    if request.param == "file":
        return Artifacts(f"file://{tmp_path}/artifacts")
    return request.getfixturevalue("bucket")


@pytest.fixture
def bucket(tmp_path, monkeypatch):
    with ExitStack() as stack:
        address = os.environ.get("GRADARENA_TEST_S3") or stack.enter_context(s3_server())
        told = {"ENDPOINT_URL": address, "ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "y"}
        for name, value in (told | {"DEFAULT_REGION": "us-east-1"}).items():
            monkeypatch.setenv(f"AWS_{name}", value)
        S3FileSystem.clear_instance_cache()
        yield Artifacts(f"s3://{BUCKET}/{tmp_path.name}")
        S3FileSystem.clear_instance_cache()


def test_round_trip(artifacts):
    """Shapes of no dimension, other layouts and small types too."""
    state = {
        "scalar": np.array(3, np.int64),
        "matrix": np.arange(6, dtype=np.float32).reshape(2, 3),
        "turned": np.arange(6.0).reshape(2, 3).T,
        "flags": np.array([True, False]),
        "odd": np.array([np.nan, -np.inf, -0.0]),
        "none": np.zeros((0, 4)),
    }
    loaded = artifacts.load(artifacts.save("a/1/2.safetensors", state))
    assert loaded.keys() == state.keys()
    for name, value in state.items():
        assert loaded[name].shape == value.shape and loaded[name].dtype == value.dtype
        assert loaded[name].tobytes() == value.tobytes()


def test_nothing_is_loaded_from_nowhere(artifacts):
    assert artifacts.load(None) is None


def test_a_checkpoint_that_is_gone_or_changed_is_seen(artifacts):
    """And what is written anew is read anew, whatever was listed before."""
    name = artifacts.save("a/1/2", {"x": np.ones(1)})
    path = f"{artifacts.root}/{name}"
    content = artifacts.files.cat_file(path)
    artifacts.files.pipe_file(path, b"x" + content[1:])
    with pytest.raises(BrokenCheckpoint, match="not what was written"):
        artifacts.load(name)
    artifacts.files.rm(path)
    with pytest.raises(BrokenCheckpoint, match="is gone"):
        artifacts.load(name)
    assert artifacts.load(artifacts.save("a/1/2", {"x": np.ones(1)}))["x"] == 1


def test_a_store_that_is_away_is_said_to_be_whatever_it_raises(artifacts, monkeypatch):
    name = artifacts.save("a/1/2", {"x": np.ones(1)})

    def refuse(*about, **options):
        raise EndpointConnectionError(endpoint_url="http://127.0.0.1:9/")

    monkeypatch.setattr(artifacts.files, "open", refuse)
    monkeypatch.setattr(artifacts.files, "cat_file", refuse)
    with pytest.raises(StoreAway, match="EndpointConnectionError"):
        artifacts.save("a/1/3", {"x": np.ones(1)})
    with pytest.raises(StoreAway, match="EndpointConnectionError"):
        artifacts.load(name)


def test_a_plain_path_is_a_place_too(tmp_path):
    artifacts = Artifacts(str(tmp_path / "there"))
    name = artifacts.save("a/1/2", {"x": np.ones(1)})
    assert (tmp_path / "there" / name).is_file() and name.startswith("a/1/2.")


def test_the_sweep_spares_what_is_pointed_at_and_what_may_still_be(engine, artifacts):
    database, state = session_factory(engine), {"x": np.ones(1)}
    with database.begin() as session:
        for _ in range(3):
            jobs.submit_job(session, "a", plan({"seeds": [1], "steps": 20}))
        pointed, running, ended = (bundles.claim_bundle(session, "cpu", "w", 30) for _ in range(3))
        stems = {b: checkpoint_stem(b.id, 1, 10) for b in (pointed, running, ended)}
        names = {b: artifacts.save(stem, state) for b, stem in stems.items()}
        bundles.write_checkpoint(
            session, pointed.id, 1, CheckpointReport(10, names[pointed], {}), 30
        )
        for bundle in (pointed, ended):
            bundles.end_attempt(session, bundle.id, 1, "released")
    assert artifacts.sweep(database) == 1
    kept = {path[len(artifacts.root) + 1 :] for path in artifacts.files.find(artifacts.root)}
    assert kept == {names[pointed], names[running]}
    assert artifacts.sweep(database) == 0


def test_where_all_are_kept_the_sweep_spares_what_a_bundle_has_come_past(engine, artifacts):
    database, state = session_factory(engine), {"x": np.ones(1)}
    with database.begin() as session:
        jobs.submit_job(session, "a", plan({"seeds": [1], "steps": 30}))
        bundle = bundles.claim_bundle(session, "cpu", "w", 30)
    stems = {step: checkpoint_stem(bundle.id, 1, step) for step in (10, 20, 30)}
    names = {step: artifacts.save(stem, state) for step, stem in stems.items()}
    with database.begin() as session:
        for step in (10, 20):
            bundles.write_checkpoint(
                session,
                bundle.id,
                1,
                CheckpointReport(step, names[step], {}),
                30,
            )
        bundles.end_attempt(session, bundle.id, 1, "released")
    assert artifacts.sweep(database, "all") == 1  # 30 was not written
    assert [
        checkpoint_owner(path[len(artifacts.root) + 1 :])[2]
        for path in artifacts.files.find(artifacts.root)
    ] == [
        10,
        20,
    ]
    # of 10 and 20, the one before is kept too, should the last be broken
    assert artifacts.sweep(database) == 0


def test_a_stray_file_stops_no_sweep(engine, artifacts):
    """And is left alone: it is not ours."""
    stray = artifacts.save("notes", {"x": np.ones(1)})
    orphan = artifacts.save(checkpoint_stem("0" * 32, 1, 10), {"x": np.ones(1)})
    assert artifacts.sweep(session_factory(engine)) == 1
    assert artifacts.load(stray) and not artifacts.files.exists(f"{artifacts.root}/{orphan}")


def test_the_part_of_one_lane(artifacts):
    state = {"params/w": np.arange(12.0).reshape(3, 4), "step": np.array(7)}
    found = artifacts.lane(artifacts.save("a/1/7", state), 2)
    assert found["params/w"].tolist() == [[8.0, 9.0, 10.0, 11.0]] and found["step"] == 7
