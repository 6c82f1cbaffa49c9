"""What moves the rows of a program: an optimiser of torch's, with a parameter group for every part
and setting, in which are the lanes of that setting, at rates that follow a schedule.

torch's optimisers act on each number by itself, so a lane is trained as if it were alone.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ..specs.training import Optimizer, PartRates, Training
from .layout import KINDS, Layout

# Keeps torch's own clip_grad_norm_ from dividing by nothing.
TINY = 1e-6
# Those that torch has in one pass over a parameter, and where.
FUSED, FUSED_ON = ("sgd", "adam", "adamw"), ("cpu", "cuda")
# Those of which a CUDA graph captures a step only if they are told.
CAPTURABLE = ("adam", "adamw", "radam")
# By a spec's name.
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "sgd": torch.optim.SGD,
    "adam": torch.optim.Adam,
    "adamw": torch.optim.AdamW,
    "radam": torch.optim.RAdam,
}


class Part(NamedTuple):
    """Numbers of a row that learn at one rate."""

    # In a checkpoint.
    name: str
    start: int
    stop: int
    # Of the run's learning rate.
    factor: float

    @property
    def numbers(self) -> slice:
        return slice(self.start, self.stop)


class Descent:
    """Moves ``rows`` [R, row] in place.  ``settings`` are the lanes' own: their learning rate, and
    what of the optimiser differs from lane to lane."""

    def __init__(
        self,
        rows: Tensor,
        parts: Sequence[Part],
        settings: Sequence[Mapping[str, float]],
        training: Training,
        model_size: int,
    ) -> None:
        """``model_size``: how many numbers of a row are the model's; what comes after them, which
        the estimator learns, is neither clipped nor decayed."""
        self.clip_norm, self.model_size = training.clip_norm, model_size
        self.lanes = {part: rows[:, part.numbers].unbind() for part in parts}
        # Lanes of one setting are moved together.
        self.sets = [
            (part, setting, [lane for lane, other in enumerate(settings) if other == setting])
            for part in parts
            for setting in distinct_settings(settings)
        ]
        groups = [self.group(*each) for each in self.sets]
        self.rates = [group["lr"] for group in groups]
        self.optimizer = build_optimizer(training.optimizer, groups, rows.device)
        # What a device multiplies them to, group by group.
        self.device_rates = torch.empty(len(groups), device=rows.device)
        # What moved the rows last, before it was clipped.
        self.gradients = torch.zeros_like(rows)

    def group(
        self, part: Part, setting: Mapping[str, float], lanes: Sequence[int]
    ) -> dict[str, Any]:
        options = {k: v for k, v in setting.items() if k != "learning_rate"}
        if part.start >= self.model_size:
            options["weight_decay"] = 0.0
        variables = [self.lanes[part][lane] for lane in lanes]
        return {"params": variables, "lr": setting["learning_rate"] * part.factor} | options

    def step(self, gradients: Tensor, factor: float | Tensor) -> None:
        """Against ``gradients`` [R, row], at the rates times ``factor``, a number, or a tensor [1]
        of the device."""
        self.gradients = gradients
        moved = self.clipped(gradients)
        for part, lanes in self.lanes.items():
            for variable, g in zip(lanes, moved[:, part.numbers], strict=True):
                variable.grad = g
        self.set_rates(factor)
        self.optimizer.step()

    def set_rates(self, factor: float | Tensor) -> None:
        rates: Sequence[float | Tensor]
        if isinstance(factor, Tensor):
            torch.mul(self.base_rates, factor, out=self.device_rates)
            rates = self.device_rates.unbind()
        else:
            rates = [rate * factor for rate in self.rates]
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate

    @cached_property
    def base_rates(self) -> Tensor:
        """The rates [groups] on the device, before they are multiplied."""
        return self.device_rates.new_tensor(self.rates)

    def clipped(self, gradients: Tensor) -> Tensor:
        """Each lane's gradient of the model at ``clip_norm`` at most, by the formula of torch's
        ``clip_grad_norm_``."""
        if self.clip_norm is None:
            return gradients
        model, learned = gradients[:, : self.model_size], gradients[:, self.model_size :]
        length = model.norm(dim=1, keepdim=True)
        return torch.cat([model * (self.clip_norm / (length + TINY)).clamp(max=1), learned], 1)

    def hold_model(self) -> None:
        """From the first step on only what the estimator learns moves."""
        self.rates = [
            0.0 if part.start < self.model_size else rate
            for (part, _, _), rate in zip(self.sets, self.rates, strict=True)
        ]

    def hold_all(self) -> None:
        """From the first step on nothing moves."""
        self.rates = [0.0] * len(self.rates)

    def state(self) -> dict[str, Tensor]:
        """PART/SLOT -> [R, ...]: what the optimiser carries from step to step.  A lane that carries
        nothing of a slot (SGD without momentum) has zeros there."""
        named = {}
        for part, lanes in self.lanes.items():
            slots = [self.optimizer.state[variable] for variable in lanes]
            for k in {k: None for slot in slots for k, v in slot.items() if v is not None}:
                like = next(slot[k] for slot in slots if slot.get(k) is not None)
                lane_values = [slot.get(k) for slot in slots]
                stacked = [torch.zeros_like(like) if v is None else v for v in lane_values]
                named[f"{part.name}/{k}"] = torch.stack(stacked)
        return named

    def load(self, state: Mapping[str, Tensor]) -> None:
        lanes_by_name = {part.name: lanes for part, lanes in self.lanes.items()}
        for name, values in state.items():
            part, slot = name.split("/")
            for variable, value in zip(lanes_by_name[part], values, strict=True):
                self.optimizer.state[variable][slot] = value.clone()


def build_optimizer(
    spec: Optimizer, groups: list[dict[str, Any]], device: torch.device
) -> torch.optim.Optimizer:
    """Every setting of the spec, by torch's name for it."""
    settings = {k: getattr(spec, k) for k in type(spec).model_fields if k != "name"}
    if "beta1" in settings:
        settings["betas"] = (settings.pop("beta1"), settings.pop("beta2"))
    if isinstance(settings.get("momentum"), tuple):
        # Of a grid, which the groups choose from.
        settings["momentum"] = max(settings["momentum"])
    if spec.name in FUSED and device.type in FUSED_ON:
        settings["fused"] = True
    if spec.name in CAPTURABLE and device.type == "cuda":
        settings["capturable"] = True
    optimizer = OPTIMIZERS[spec.name](groups, **settings)
    # Torch would warn of the first steps, which are taken before one is captured.
    optimizer._warned_capturable_if_run_uncaptured = True
    return optimizer


def distinct_settings(settings: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
    """Each once, in the order in which they come."""
    distinct: list[Mapping[str, float]] = []
    for setting in settings:
        if setting not in distinct:
            distinct.append(setting)
    return distinct


def row_parts(layout: Layout, layers: int, rates: PartRates, tuning_rate: float) -> list[Part]:
    """Of a row: the model's, neighbours of one rate together, and then what is learned."""
    parts: list[Part] = []
    start = 0
    for name, shape in layout.shapes[0].items():
        factor, stop = side_rate(name, layers, rates), start + shape.numel()
        if parts and parts[-1].factor == factor:
            parts[-1] = parts[-1]._replace(stop=stop)
        else:
            label = f"{KINDS[0]}.{len(parts)}" if parts else KINDS[0]
            parts.append(Part(label, start, stop, factor))
        start = stop
    if layout.sizes[1]:
        parts.append(Part(KINDS[1], start, start + layout.sizes[1], tuning_rate))
    return parts


def side_rate(name: str, layers: int, rates: PartRates) -> float:
    """Of a parameter, by the name that nets give it: q* leads to a layer that is drawn,
    p{layers} is the prior of the top one, all else the decoder's."""
    if name.startswith("q"):
        return rates.encoder
    return rates.prior if name.split(".")[0] == f"p{layers}" else rates.decoder
