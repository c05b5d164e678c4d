"""Names for the arrays that retrieval computes with."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


Bools = npt.NDArray[np.bool_]
