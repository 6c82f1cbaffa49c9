"""How a program goes from step to step: by numbers of the host, or in place on a device.

On a device the host says no more than "go on".  Which step it is, what the rates are multiplied by
and what the step cost lie there, in the same memory at every step; so a step is captured once, as a
CUDA graph, and replayed; and so is a burst of several, since a launch costs the host what a small
step costs the device.  Costs are read a reel at a time.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from ..devices import HOST, capture_graph
from ..noise import Step
from ..specs.schedules import Schedule

# Steps whose costs are held before they have to be read.
REEL = 256
# Steps that are launched at once.
BURST = 16
# Steps that are taken before one is captured, in which optimisers and libraries make what they
# keep.
WARM = 3
# (step, what rates are multiplied by) -> costs [R]
Move = Callable[[Step, float | Tensor], Tensor]
Replay = Callable[[], None]


class Pace:
    """On the host, where steps and rates are numbers."""

    def __init__(self, schedule: Schedule, rows: Tensor) -> None:
        """``rows`` [R, row] are what a step moves."""
        self.schedule, self.costs = schedule, rows.new_zeros(REEL, len(rows))

    def step(self, at: int, move: Move) -> Tensor:
        """The step that ``at`` others came before: costs [R], until its slot of the reel is wanted
        again."""
        cost = self.costs[at % REEL]
        cost.copy_(move(at, self.schedule.factor(at)))
        return cost

    def burst(self, at: int, until: int) -> int:
        """How many of the steps from ``at`` to ``until``, within an epoch, are taken at once."""
        return 1

    def take(self, at: int, count: int, move: Move) -> None:
        """As many steps as ``burst`` said."""
        self.step(at, move)

    def reel_end(self, at: int) -> int:
        """The step before which costs since ``at`` have to be read."""
        return (at // REEL + 1) * REEL

    def read(self, start: int, stop: int) -> Tensor:
        """Costs [stop - start, R] of steps of one reel."""
        first = start % REEL
        return self.costs[first : first + stop - start].clone()

    def forget(self) -> None:
        """What is in other memory than it was: nothing of a step is taken for granted."""


class DevicePace(Pace):
    """On a device, which counts the steps itself."""

    def __init__(self, schedule: Schedule, rows: Tensor) -> None:
        super().__init__(schedule, rows)
        device = rows.device
        self.count = torch.zeros((), dtype=torch.int64, device=device)
        self.slots = torch.arange(REEL, device=device).unsqueeze(1)
        self.host_factors = [1.0] * REEL
        self.factors = torch.tensor(self.host_factors, device=device)
        self.capture = capture_graph if device.type == "cuda" else None
        self.forget()

    def forget(self) -> None:
        self.stands, self.reel, self.warm = -1, -1, 0
        self.replay: Replay | None = None
        self.replay_burst: Replay | None = None

    def burst(self, at: int, until: int) -> int:
        """BURST as soon as steps are captured, where so many are left of the reel too."""
        return BURST if self.replay_burst and min(until, self.reel_end(at)) - at >= BURST else 1

    def take(self, at: int, count: int, move: Move) -> None:
        if count == 1 or not self.replay_burst:
            self.step(at, move)
            return
        self.wind(at)
        self.replay_burst()
        self.stands = at + count

    def step(self, at: int, move: Move) -> Tensor:
        self.wind(at)
        if self.replay is None and self.capture and self.warm >= WARM:
            self.replay = self.capture(lambda: self.advance(move))
            self.replay_burst = self.capture(lambda: self.advance(move, BURST))
        if self.replay:
            self.replay()
        else:
            self.advance(move)
            self.warm += 1
        self.stands = at + 1
        return self.costs[at % REEL]

    def wind(self, at: int) -> None:
        """Tells the device where it stands, if somebody has moved it, and the factors of a new
        reel."""
        if at != self.stands:
            self.count.fill_(at)
        if at // REEL != self.reel:
            self.reel = at // REEL
            steps = range(self.reel * REEL, (self.reel + 1) * REEL)
            factors = [self.schedule.factor(step) for step in steps]
            if factors != self.host_factors:
                self.factors.copy_(torch.tensor(factors))
                self.host_factors = factors

    def advance(self, move: Move, count: int = 1) -> None:
        """Steps, by what the device knows."""
        for _ in range(count):
            slot = self.count % REEL
            cost = move(self.count, self.factors.index_select(0, slot.view(1)))
            self.costs.copy_(torch.where(self.slots == slot, cost, self.costs))
            self.count += 1


def pace_on(device: torch.device) -> type[Pace]:
    """How programs go where they are."""
    return Pace if device == HOST else DevicePace
