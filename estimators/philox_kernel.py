"""Philox4x64-10 as one kernel of a CUDA GPU, where integers of tensors would be some four hundred.

Torch compiles it on the GPU's host when it is first wanted, by the compiler that comes with it.
"""

from collections.abc import Callable, Sequence
from functools import cache

import torch
from torch import Tensor

KERNEL = """
template <typename T>
void philox_words(
    T key0, T key1, T count, T step, T layer, T last, T& w0, T& w1, T& w2, T& w3) {
  typedef unsigned long long Word;
  Word k0 = key0, k1 = key1, a = count, b = step, c = layer, d = last;
  for (int round = 0; round < 10; ++round) {
    const Word high0 = __umul64hi(a, 0xD2E7470EE14C6C93ULL), low0 = a * 0xD2E7470EE14C6C93ULL;
    const Word high1 = __umul64hi(c, 0xCA5A826395121157ULL), low1 = c * 0xCA5A826395121157ULL;
    a = high1 ^ b ^ k0;
    b = low1;
    c = high0 ^ d ^ k1;
    d = low0;
    k0 += 0x9E3779B97F4A7C15ULL;
    k1 += 0xBB67AE8584CAA73BULL;
  }
  w0 = a;
  w1 = b;
  w2 = c;
  w3 = d;
}
"""


@cache
def compiled_kernel() -> Callable[..., tuple[Tensor, ...]]:
    kernel: Callable[..., tuple[Tensor, ...]] = torch.cuda.jiterator._create_multi_output_jit_fn(
        KERNEL, num_outputs=4
    )
    return kernel


def kernel_words(key: Sequence[Tensor], counter: Sequence[Tensor]) -> Tensor:
    """[..., 4], int64: of keys and counters, whose int64 words broadcast; numbers of the host are
    welcome among them."""
    device = counter[0].device
    words = [
        word if word.device == device else torch.full((), int(word), device=device)
        for word in (*key, *counter)
    ]
    return torch.stack(compiled_kernel()(*words), -1)
