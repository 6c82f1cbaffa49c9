"""Random words by counting: Philox4x64-10 (Salmon et al., SC 2011, doi:10.1145/2063384.2063405).

Four words of 64 bits are a function of a key of two words and a counter of four, and of nothing
else.  numpy makes them on the host; tensors of integers make the same bits wherever they are.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from .philox_kernel import kernel_words

# Words that one counter gives.
WORDS = 4
ROUNDS = 10
MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
# What the two words of a key grow by from round to round.
KEY_STEPS = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
LOW = 0xFFFFFFFF


class HostStream:
    """The words of one key, by numpy.  It is moved to where words are wanted."""

    def __init__(self, key: Sequence[int]) -> None:
        self.bits, self.position = np.random.Philox(key=join_words(key), counter=0), 0

    def words(self, counter: Sequence[int], count: int) -> np.ndarray:
        """[4 count], uint64: of ``count`` counters in turn, the first with these four words."""
        # numpy counts on before it makes words.
        before = join_words(counter) - 1
        self.bits.advance((before - self.position) % 2**256)
        self.position = before + count
        return self.bits.random_raw(WORDS * count)


@lru_cache(maxsize=4096)
def host_stream(seed: int, purpose: int) -> HostStream:
    """Of the key of these two words."""
    return HostStream((seed, purpose))


def join_words(words: Sequence[int]) -> int:
    """Words of 64 bits as one number, the lowest first."""
    return sum(int(word) << 64 * k for k, word in enumerate(words))


def tensor_words(key: Sequence[Tensor], counter: Sequence[Tensor]) -> Tensor:
    """[..., 4], int64: the same bits, of every key and counter, whose int64 words broadcast."""
    if counter[0].is_cuda:
        return kernel_words(key, counter)
    k0, k1 = key
    a, b, c, d = counter
    for _ in range(ROUNDS):
        (high0, low0), (high1, low1) = (
            wide_product(x, m) for x, m in zip((a, c), MULTIPLIERS, strict=True)
        )
        a, b, c, d = high1 ^ b ^ k0, low1, high0 ^ d ^ k1, low0
        # Sums of 64 bits go round.
        k0, k1 = k0 + signed_word(KEY_STEPS[0]), k1 + signed_word(KEY_STEPS[1])
    return torch.stack(torch.broadcast_tensors(a, b, c, d), -1)


def wide_product(x: Tensor, m: int) -> tuple[Tensor, Tensor]:
    """The upper and the lower 64 bits of x m, both without a sign, from products of 32 bits."""
    x0, x1, m0, m1 = x & LOW, upper_half(x), m & LOW, m >> 32
    crossed = x0 * m1
    middle = x1 * m0 + upper_half(x0 * m0)
    carried = (middle & LOW) + (crossed & LOW)
    high = x1 * m1 + upper_half(middle) + upper_half(crossed) + upper_half(carried)
    return high, x * signed_word(m)


def upper_half(x: Tensor) -> Tensor:
    """The upper 32 of 64 bits, as a number: torch's own shift brings the sign along."""
    return (x >> 32) & LOW


def signed_word(x: int) -> int:
    """A number of 64 bits as an int64 holds it."""
    return (x + 2**63) % 2**64 - 2**63
