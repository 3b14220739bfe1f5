"""Goal: a training that is broken off and taken up again ends where an unbroken one does."""

import json

import cv2
import numpy as np
import onnxruntime
import pytest
import torch

from published import WEIGHTS, needs_weights
from street import export, train
from street.labels import LABELS
from street.sets import PictureSet, read_set, write_pack


@pytest.fixture
def pack(tmp_path):
    for part in ("images", "labels"):
        (tmp_path / "set" / part).mkdir(parents=True)
    for number in range(4):
        picture = np.full((160, 200, 3), 90 + 20 * number, np.uint8)
        picture[40:120, 60:140] = (20, 160, 40)
        cv2.imwrite(str(tmp_path / f"set/images/b{number:06d}.jpg"), picture)
        (tmp_path / f"set/labels/b{number:06d}.txt").write_text("1 0.5 0.5 0.4 0.5\n")
    path = tmp_path / "pack.zip"
    write_pack(path, read_set(PictureSet("bins", "set", {1: "bin"}), tmp_path, tmp_path / "none"))
    return path


def run(pack, out, epochs_done):
    """As if the time had been up after so many epochs of two."""
    arguments = ["--pack", pack, "--weights", WEIGHTS, "--out", out, "--cpu", "--epochs", 2]
    arguments += ["--epoch-size", 4, "--batch", 2, "--seed", 5]
    options = train.parse_options([str(one) for one in arguments])
    pictures = train.read_pack(options.pack)
    training = train.Training(options, pictures, [], torch.device("cpu"))
    out.mkdir(exist_ok=True)
    training.resume(out / "last.pt")
    while training.epoch < epochs_done:
        training.one_epoch()
        training.epoch += 1
        training.save(out / "last.pt")
    return training.average.state_dict()


@needs_weights
def test_taken_up_again_it_ends_at_the_same_weights(pack, tmp_path):
    whole = run(pack, tmp_path / "whole", 2)
    run(pack, tmp_path / "broken", 1)
    broken = run(pack, tmp_path / "broken", 2)
    for name, values in whole.items():
        assert torch.allclose(values.float(), broken[name].float(), atol=1e-4), name


@needs_weights
def test_the_export_says_what_the_network_says_for_any_batch(pack, tmp_path):
    run(pack, tmp_path / "one", 1)
    out = tmp_path / "street-test"
    export.main(["--checkpoint", str(tmp_path / "one/last.pt"), "--out", str(out)])
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["name"] == "street-test"
    assert list(manifest["thresholds"]) == list(LABELS)

    state = torch.load(tmp_path / "one/last.pt", weights_only=True)
    network = train.add_empty_norms(train.Detector(len(LABELS)))
    network.load_state_dict(state["average"])
    pixels = torch.rand(2, 3, 416, 416) * 255
    with torch.no_grad():
        raw = network.eval()(pixels)
    raw[..., 4:] = raw[..., 4:].sigmoid()
    session = onnxruntime.InferenceSession(out / "street-test.onnx")
    (output,) = session.run(None, {"images": pixels.numpy()})
    assert np.abs(output - raw.numpy()).max() < 1e-3
