"""The Toronto Face Database as a task: every face of a subject from the mean of the subject's
faces.

The file is the user's own, TFD_48x48.mat: images [N, 48, 48] of bytes; labs_id [N, 1], the subject,
negative where nobody knows; folds [N, 5], five ways to split what has an expression: 1 to train, 2
to validate, 3 to test, and 0 for faces without one.  Nobody has published a checksum: shapes are
checked instead.

An example is two pictures, one above the other, so that a model of halves sees the mean face, grey,
and predicts the face, thresholded.  A mean is over the faces of one part, the one to predict among
them; a subject with a single face there is left out, for it would be its own mean.
"""

import numpy as np
import torch
from torch import Tensor

from ..specs.datasets import TFD
from . import Images
from .mat import matlab_arrays
from .shelf import Corrupt, File, Shelf

# The darkest pixel.
FULL_INK = 255
# By the mark in folds.
PARTS = {1: "train", 2: "validate", 3: "test"}


def read_faces(content: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ink [N, 2304], subjects [N] and folds [N, 5].  Raises Corrupt."""
    images, subjects, folds = matlab_arrays(content, FILE.name, ("images", "labs_id", "folds"))
    n = len(images)
    if images.shape != (n, 48, 48) or subjects.size != n or folds.shape != (n, 5):
        shapes = f"images {images.shape}, labs_id {subjects.shape}, folds {folds.shape}"
        raise Corrupt(f"{FILE.name} holds {shapes}, not (N, 48, 48), (N, 1), (N, 5).")
    if images.dtype != np.uint8:
        raise Corrupt(f"{FILE.name} holds images of {images.dtype}, not of bytes.")
    return images.reshape(n, -1), subjects.ravel(), folds


FILE = File("TFD_48x48.mat", None, read_faces)
SHELF = Shelf(
    "tfd", (FILE,), terms="Its authors give it to who asks (http://aclab.ca/users/josh/TFD.html)."
)


def load_images(spec: TFD) -> Images:
    """Raises Missing, Corrupt, and ImportError without scipy."""
    images, subjects, folds = read_faces(SHELF.read(FILE))
    parts = []
    for mark, purpose in PARTS.items():
        here = folds[:, spec.fold] == mark
        parts.append(mean_face_pairs(images[here], subjects[here], spec.threshold))
        if not len(parts[-1]):
            raise Corrupt(
                f"{FILE.name} has no subject of two faces to {purpose} on in fold {spec.fold}."
            )
    return Images(*parts)


def mean_face_pairs(images: np.ndarray, subjects: np.ndarray, threshold: float) -> Tensor:
    """[n, 2 * 2304]: mean faces, and the faces in the order of the file."""
    names, rows, counts = np.unique(subjects, return_inverse=True, return_counts=True)
    sums = np.zeros((len(names), images.shape[1]))
    np.add.at(sums, rows, images)
    means = sums / counts[:, None] / FULL_INK
    several = ((names >= 0) & (counts > 1))[rows]
    both = np.concatenate([means[rows[several]], images[several] > threshold * FULL_INK], 1)
    return torch.from_numpy(both.astype(np.float32))
