"""The published YOLOX-nano, where it is at hand."""

import pytest

from street.places import shared_folder

WEIGHTS = shared_folder() / "models" / "yolox-nano-416.onnx"
needs_weights = pytest.mark.skipif(not WEIGHTS.exists(), reason=f"{WEIGHTS} is not here")
