"""Arrays from the files of MATLAB, by scipy: an extra, imported where it is used."""

import io
import zlib

import numpy as np

from .shelf import Corrupt


def matlab_arrays(content: bytes, name: str, keys: tuple[str, ...]) -> list[np.ndarray]:
    """The arrays ``keys`` of the file ``name``.  Raises Corrupt, and ImportError without scipy."""
    try:
        from scipy.io import loadmat
    except ImportError as error:
        raise ImportError(
            f"{name} is a file of MATLAB: reading it wants scipy (pip install scipy)."
        ) from error
    try:
        content_by_key = loadmat(io.BytesIO(content), variable_names=keys)
    except (ValueError, TypeError, NotImplementedError, OSError, EOFError, zlib.error) as error:
        raise Corrupt(f"{name} cannot be read as a file of MATLAB: {error}.") from error
    if lacking := [key for key in keys if key not in content_by_key]:
        raise Corrupt(f"{name} holds no {', '.join(lacking)}.")
    return [content_by_key[key] for key in keys]
