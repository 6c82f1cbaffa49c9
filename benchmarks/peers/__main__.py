"""Times steps of other libraries beside ours, and writes what was found.

    python -m benchmarks.peers [--peers jax,pyro,storch,torch] [--rounds 7] [--batches 100,24]
                               [--output benchmarks/results]

Every side starts from the same parameters, and its first cost has to be that of the others.  Peers
that are not installed are named, and the exit status is 1.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import torch

from benchmarks.peers.matches import MATCHES, Match, match_comparison
from benchmarks.peers.results import write_results
from estimators.arguments import count_list, positive_count
from estimators.commands.bench import printed_comparisons
from estimators.timing.turns import Comparison

REQUIREMENTS = "requirements/peers.txt"
# By the module that is imported: the distribution.
PEERS = {"jax": "jax", "pyro": "pyro-ppl", "storch": "storchastic", "torch": "torch"}
# One thread, as the other sides have; read when XLA starts.
ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"


def asked_options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--peers", type=peer_list, default=tuple(PEERS))
    parser.add_argument("--rounds", type=positive_count, default=7)
    parser.add_argument("--batches", type=count_list, default=(100, 24))
    parser.add_argument(
        "--output", type=Path, help="folder for peers.json, or of some peers_NAMES.json"
    )
    return parser.parse_args(words)


def peer_list(text: str) -> tuple[str, ...]:
    """Raises ArgumentTypeError where one is unknown."""
    if strangers := sorted({*text.split(",")} - {*PEERS}):
        raise argparse.ArgumentTypeError(f"{', '.join(strangers)}: none of {', '.join(PEERS)}")
    return tuple(text.split(","))


def missing_peers(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if find_spec(name) is None]


def compare_peers(
    matches: list[Match], batches: tuple[int, ...], rounds: int
) -> Iterator[Comparison]:
    for match in matches:
        for batch in batches:
            yield match_comparison(match, batch, rounds)


def main(words: list[str]) -> int:
    options = asked_options(words)
    os.environ.setdefault("XLA_FLAGS", ONE_THREAD)
    torch.set_num_threads(1)
    absent = missing_peers(options.peers)
    for name in absent:
        print(f"{PEERS[name]} is missing: pip install -r {REQUIREMENTS}", file=sys.stderr)
    present = [name for name in options.peers if name not in absent]
    matches = [match for match in MATCHES if match.peer in present]
    comparisons = list(printed_comparisons(compare_peers(matches, options.batches, options.rounds)))
    if options.output and present:
        # Of some alone, a file of its own: one file is of one run.
        kind = "peers" if len(present) == len(PEERS) else "_".join(["peers", *present])
        write_results(options.output, kind, comparisons, [PEERS[name] for name in present])
    return 1 if absent else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
