"""python -m workers.plugins: says in the store which estimators of other packages this machine has.

Each is described at once, and then certified, where nobody has certified its code yet: by the
oracle that ``gradarena check`` runs, for seconds to minutes, giving way to whoever trains.
"""

import fcntl
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import torch

from estimators import registry, testing
from estimators.oracle import provenance
from estimators.specs import Plugin
from estimators.specs.certificates import Certificate
from estimators.specs.plugins import installed_plugins
from service import catalogue, plugins
from service.catalogue import EstimatorDetail, Origin
from service.config import Settings, settings
from service.store.base import Sessions
from service.store.models import Json

from .unit_of_work import open_sessions, persist_unit

log = logging.getLogger(__name__)


def plugin_origin(spec: Json) -> Json:
    """For the environment of a run: the package of its plug-in and its code, of a probe those of
    all that it names; nothing for what is built in."""
    names = sorted({each["name"] for each in _spec_estimators(spec) if ":" in each["name"]})
    results = {name: _class_origin(name, registry.plugin_class(name)) for name in names}
    about = [(f"{name.split(':')[0]} {one.version}", one.code) for name, one in results.items()]
    if "estimator" in spec:
        return {"plugin": about[0][0], "plugin_code": about[0][1]} if about else {}
    return (
        {"plugins": {name: {"package": p, "code": c} for name, (p, c) in zip(names, about)}}
        if about
        else {}
    )


def _spec_estimators(spec: Json) -> list[Json]:
    """The estimators of an experiment or of a probe."""
    listed = spec.get("estimators")
    one = [each for name in ("estimator", "trained_by") if (each := spec.get(name))]
    return [*one, *(listed if isinstance(listed, list) else [])]


def _class_origin(name: str, cls: type[Any]) -> Origin:
    package = installed_plugins()[name].dist
    return Origin(
        version=package.version if package else "unknown", code=provenance.code_digest(cls())
    )


def describe_plugin(name: str, certificates: list[Certificate]) -> EstimatorDetail:
    """A plug-in, under the name that specs give it.  Raises whatever its package raises."""
    cls = registry.plugin_class(Plugin(name=name).name)  # specs have to be able to say it
    return plugins.renamed_detail(
        name, catalogue.describe_estimator(cls(), certificates, _class_origin(name, cls))
    )


def certify_plugin(name: str) -> list[Certificate]:
    """One for each setting that its class certifies."""
    cls = registry.plugin_class(name)
    results = [testing.certify(cls(**chosen)) for chosen in cls.certified]
    return [one.model_copy(update={"estimator": one.estimator | {"name": name}}) for one in results]


class Publisher:
    """What fails is told in the log, and costs the other plug-ins nothing."""

    def __init__(self, sessions: Sessions, configuration: Settings):
        self.sessions, self.patience, self.lock = (
            sessions,
            10 * configuration.lease,
            configuration.data / "plugins.lock",
        )

    def run(self) -> None:
        """Describes all, then certifies those that lack it; of several workers that share a data
        folder one does, and the others find it done."""
        names = list(filter(self.describe, installed_plugins()))
        with exclusive_lock(self.lock):
            for name in names:
                self.certify(name)

    def describe(self, name: str) -> bool:
        """Whether it could be."""
        try:
            entry = describe_plugin(name, [])
            self.publish(describe_plugin(name, self.stored_certificates(entry)))
        except Exception:
            log.exception("%s cannot be published", name)
            return False
        return True

    def certify(self, name: str) -> None:
        try:
            if not self.stored_certificates(describe_plugin(name, [])):
                self.publish(describe_plugin(name, certify_plugin(name)))
        except Exception:
            log.exception("%s cannot be certified", name)

    def stored_certificates(self, entry: EstimatorDetail) -> list[Certificate]:
        """The certificates of the same code."""
        return persist_unit(
            self.sessions, lambda session: plugins.code_certificates(session, entry), self.patience
        )

    def publish(self, entry: EstimatorDetail) -> None:
        persist_unit(
            self.sessions, lambda session: plugins.publish_detail(session, entry), self.patience
        )
        log.info("%s: kept %s", entry.name, entry.kept)


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """One process at a time; the kernel lets go of what a dead one held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _exit_with_worker() -> None:
    """Standard input ends when the worker does, however it dies; then so do we."""
    sys.stdin.read()
    os._exit(1)


def main() -> None:
    torch.set_num_threads(1)
    os.nice(10)
    Thread(target=_exit_with_worker, daemon=True).start()
    configuration = settings()
    Publisher(open_sessions(configuration.database), configuration).run()


if __name__ == "__main__":
    logging.basicConfig(level="INFO")
    main()
