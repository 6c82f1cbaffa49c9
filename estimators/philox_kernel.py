"""Philox4x64-10 as one kernel of a CUDA GPU, where integers of tensors would be some four hundred.

Torch compiles it on the GPU's host when it is first wanted, by the compiler that comes with it.
"""

from collections.abc import Callable, Sequence
from functools import cache

import torch
from torch import Tensor

SOURCE = """
template <typename T>
void philox_FORM(
    T key0, T key1, T count, T step, T layer, T last, T& w0, T& w1, T& w2, T& w3) {
  typedef unsigned long long Word;
  Word k0 = key0, k1 = key1, w[4] = {(Word)count, (Word)step, (Word)layer, (Word)last};
  for (int round = 0; round < 10; ++round) {
    const Word high0 = __umul64hi(w[0], 0xD2E7470EE14C6C93ULL), low0 = w[0] * 0xD2E7470EE14C6C93ULL;
    const Word high1 = __umul64hi(w[2], 0xCA5A826395121157ULL), low1 = w[2] * 0xCA5A826395121157ULL;
    w[0] = high1 ^ w[1] ^ k0;
    w[1] = low1;
    w[2] = high0 ^ w[3] ^ k1;
    w[3] = low0;
    k0 += 0x9E3779B97F4A7C15ULL;
    k1 += 0xBB67AE8584CAA73BULL;
  }
  for (int i = 0; i < 4; ++i) {
    FINISH
  }
  w0 = w[0];
  w1 = w[1];
  w2 = w[2];
  w3 = w[3];
}
"""
# What becomes of a word, by what it is read as in the end: odd multiples of 2**-24, two in a word,
# or of 2**-53.
FINISHES = {
    torch.int64: "",
    torch.float32: """
    const unsigned int low = (unsigned int)w[i], high = (unsigned int)(w[i] >> 32);
    const float first = (low >> 8 | 1u) * 5.9604644775390625e-08f;
    const float second = (high >> 8 | 1u) * 5.9604644775390625e-08f;
    w[i] = (Word)__float_as_uint(first) | (Word)__float_as_uint(second) << 32;""",
    torch.float64: """
    w[i] = __double_as_longlong((w[i] >> 11 | 1ULL) * 1.1102230246251565e-16);""",
}


@cache
def compiled_kernel(dtype: torch.dtype) -> Callable[..., tuple[Tensor, ...]]:
    form = str(dtype).removeprefix("torch.")
    code = SOURCE.replace("FORM", form).replace("FINISH", FINISHES[dtype])
    compiled: Callable[..., tuple[Tensor, ...]] = torch.cuda.jiterator._create_multi_output_jit_fn(
        code, num_outputs=4
    )
    return compiled


def kernel_words(
    key: Sequence[Tensor], counter: Sequence[Tensor], dtype: torch.dtype = torch.int64
) -> Tensor:
    """[..., 4] int64 of keys and counters, whose int64 words broadcast; or what the words come to
    as uniform numbers, [..., 4] float64 or [..., 8] float32.  Numbers of the host are welcome among
    the arguments."""
    device = counter[0].device
    words = [
        word if word.device == device else torch.full((), int(word), device=device)
        for word in (*key, *counter)
    ]
    return torch.stack(compiled_kernel(dtype)(*words), -1).view(dtype)
