"""What a worker would do, by the store's own verbs: claim, write, end."""

import numpy as np

from service.store import bundles
from service.store.series import Series


def claim(database):
    with database.begin() as session:
        return bundles.claim_bundle(session, "cpu", "w", 30)


def write(database, bundle, step, values, ended="completed", where=None, lanes=None):
    """One checkpoint: ``values(lane)`` gives {name: (steps, values)}; lanes end where ``ended`` is
    given.  ``lanes``: some of them."""
    lanes = lanes or range(bundle.width)
    series = {
        lane: {
            name: Series(np.array(steps, np.int32), np.array(numbers, float))
            for name, (steps, numbers) in values(lane).items()
        }
        for lane in lanes
    }
    ends = dict.fromkeys(lanes, ended) if ended else {}
    with database.begin() as session:
        bundles.write_checkpoint(
            session,
            bundle.id,
            bundle.attempt,
            bundles.CheckpointReport(step, "file", series, ends),
            30,
            where,
        )
