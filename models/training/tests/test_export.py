"""What is exported says to bytes what the network says to numbers, alone and in a batch."""

import numpy as np
import onnxruntime
import torch

from street.export import write_graph
from street.labels import LABELS
from street.network import Detector, join_corners

SIZE = 64


def test_the_exported_graph_takes_bytes_in_any_batch(tmp_path):
    torch.manual_seed(1)
    network = Detector(len(LABELS)).eval()
    pictures = np.random.default_rng(1).integers(0, 256, (2, 3, SIZE, SIZE), dtype=np.uint8)
    with torch.no_grad():
        raw = network(torch.from_numpy(pictures).float())
    expected = torch.cat((raw[..., :4], raw[..., 4:].sigmoid()), -1).numpy()

    write_graph(join_corners(network), SIZE, tmp_path / "made.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "made.onnx")
    (both,) = session.run(None, {"pixels": pictures})
    (second,) = session.run(None, {"pixels": pictures[1:]})
    np.testing.assert_allclose(both, expected, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(second, expected[1:], rtol=1e-4, atol=1e-4)
