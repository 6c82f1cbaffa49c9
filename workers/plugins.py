"""python -m workers.plugins: says in the store which estimators of other packages this machine has.

Each is described at once, and then certified, where nobody has certified its code yet: by the
oracle that ``gradarena check`` runs, for seconds to minutes, giving way to whoever trains.  A
process for each, for a package may exit, hang or print as it is imported.
"""

import fcntl
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
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
from service.logs import set_up_logging
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
        {
            "plugins": {
                name: {"package": p, "code": c} for name, (p, c) in zip(names, about, strict=True)
            }
        }
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


# what is done with a plug-in, and the seconds that it may take
STAGES = {"describe": 120.0, "certify": 3600.0}
Stage = Callable[[str, str], bool]


def publish_all(names: Iterable[str], stage: Stage, lock: Path) -> None:
    """Describes all, then certifies those that lack it; of several workers that share a data folder
    one does, and the others find it done.  ``stage`` says whether it went well."""
    described = [name for name in names if stage("describe", name)]
    with exclusive_lock(lock):
        for name in described:
            stage("certify", name)


def stage_apart(stage: str, name: str) -> bool:
    """One stage of one plug-in in a process of its own, which ends when we do."""
    command = [sys.executable, "-m", "workers.plugins", stage, name]
    with subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True) as child:
        try:
            return child.wait(STAGES[stage]) == 0
        except subprocess.TimeoutExpired:
            log.error("%s: to %s it takes longer than %g s", name, stage, STAGES[stage])
            return False
        finally:
            _end_group(child)


def _end_group(child: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


class Publisher:
    """What fails is told in the log, and costs the other plug-ins nothing."""

    def __init__(self, sessions: Sessions, configuration: Settings):
        self.sessions, self.patience = sessions, 10 * configuration.lease
        self.lock = configuration.data / "plugins.lock"

    def stage(self, stage: str, name: str) -> bool:
        """One stage of one plug-in in this process; whether it went well."""
        try:
            {"describe": self.describe, "certify": self.certify}[stage](name)
        except (Exception, SystemExit):
            log.exception("%s: cannot %s it", name, stage)
            return False
        return True

    def describe(self, name: str) -> None:
        """Raises whatever its package raises."""
        entry = describe_plugin(name, [])
        self.publish(describe_plugin(name, self.stored_certificates(entry)))

    def certify(self, name: str) -> None:
        """Raises whatever its package raises."""
        if not self.stored_certificates(describe_plugin(name, [])):
            self.publish(describe_plugin(name, certify_plugin(name)))

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


def main(arguments: Sequence[str]) -> int:
    torch.set_num_threads(1)
    Thread(target=_exit_with_worker, daemon=True).start()
    configuration = settings()
    publisher = Publisher(open_sessions(configuration.database), configuration)
    if arguments:
        return not publisher.stage(*arguments)
    os.nice(10)
    publish_all(installed_plugins(), stage_apart, publisher.lock)
    return 0


if __name__ == "__main__":
    set_up_logging(settings().logs)
    sys.exit(main(sys.argv[1:]))
