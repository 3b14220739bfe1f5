"""The int8 variant says what the network says, but for its steps, alone and in a batch."""

import json

import numpy as np
import onnx
import onnxruntime
import torch

from street.export import write_graph
from street.labels import LABELS
from street.network import Detector, fold_norms, insert_norms, join_corners
from street.quantise import quantise

SIZE = 64


def test_values_stay_near_and_first_and_last_layers_whole(tmp_path):
    torch.manual_seed(1)
    pictures = np.random.default_rng(1).integers(0, 256, (6, 1, 3, SIZE, SIZE), dtype=np.uint8)
    network = Detector(len(LABELS)).eval()
    insert_norms(network, [torch.from_numpy(pictures[:, 0]).float()])
    source, file = tmp_path / "made.onnx", tmp_path / "made-int8.onnx"
    write_graph(join_corners(fold_norms(network.eval())), SIZE, source)
    quantise(source, file, list(pictures))

    whole, small = (onnxruntime.InferenceSession(path) for path in (source, file))
    both = {"pixels": np.concatenate(pictures[:2])}
    (expected,), (found,) = whole.run(None, both), small.run(None, both)
    (second,) = small.run(None, {"pixels": pictures[1]})
    np.testing.assert_allclose(found[1:], second, atol=1e-4)
    scores = np.corrcoef(expected[..., 4:].ravel(), found[..., 4:].ravel())[0, 1]
    boxes = np.corrcoef(expected[..., :4].ravel(), found[..., :4].ravel())[0, 1]
    assert scores > 0.99 and boxes > 0.95, json.dumps({"scores": scores, "boxes": boxes})

    graph = onnx.load(file).graph
    weights = {one.name: one.data_type for one in graph.initializer}
    plain = [node for node in graph.node if node.op_type == "Conv" and node.input[1] in weights]
    assert len(plain) == 12  # Stem and the two after it, and nine last ones.
    assert file.stat().st_size < source.stat().st_size / 2
