"""What is exported says to bytes what the network says to numbers, alone and in a batch."""

import json

import numpy as np
import onnxruntime
import torch

from street.export import thresholds_of, write_graph
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


def measured(path, labels):
    path.write_text(json.dumps({"command": "kerbside models eval …", "result": {"labels": labels}}))
    return path


def choices(*rows, truths=100):
    names = ("precision", "threshold", "recall")
    return {"truths": truths, "choices": [dict(zip(names, row, strict=True)) for row in rows]}


def test_the_most_precise_threshold_that_still_finds_a_quarter_is_taken(tmp_path):
    path = measured(
        tmp_path / "one.json",
        {
            "bin": choices((0.9, 0.6, 0.5), (0.8, 0.4, 0.7)),
            "signboard": choices((0.9, 0.8, 0.05), (0.8, 0.7, 0.2), (0.7, 0.5, 0.4)),
            "garbage": choices((0.6, 0.7, 0.1), (0.5, 0.65, 0.15)),
            "stall": choices((0.9, 0.6, 0.5), truths=14),
            "person": choices(),
            "car+bus+truck": choices((0.9, 0.45, 0.5)),
            "car": choices((0.9, 0.48, 0.5)),
        },
    )
    labels = ["car", "bus", "bin", "signboard", "garbage", "stall", "person"]
    thresholds, precisions = thresholds_of([path], labels, 0.3)
    assert list(thresholds.values()) == [0.48, 0.45, 0.6, 0.5, 0.65, 0.6, 0.3]
    assert precisions == {"car": 0.9, "bus": 0.9, "bin": 0.9, "signboard": 0.7, "garbage": 0.5}


def test_of_several_folds_the_mean_is_taken_with_the_least_precision(tmp_path):
    paths = [
        measured(tmp_path / "0.json", {"bin": choices((0.9, 0.6, 0.5))}),
        measured(tmp_path / "1.json", {"bin": choices((0.8, 0.5, 0.5))}),
    ]
    assert thresholds_of(paths, ["bin"], 0.3) == ({"bin": 0.55}, {"bin": 0.8})


def test_without_measurements_the_default_stands_and_promises_nothing():
    assert thresholds_of([], ["bin", "car"], 0.3) == ({"bin": 0.6, "car": 0.3}, {})
