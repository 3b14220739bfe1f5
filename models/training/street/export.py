"""From a checkpoint to a model of the product: an ONNX file and its manifest.

The graph takes what the product's decoder writes (`pixels`, planes of bytes, any batch), so nothing
is left to prepare, and answers as YOLOX does, so `models/decode` reads it as it does the published
one. Its golden numbers are what onnxruntime says to the made-up picture.
"""

import argparse
import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn

from .labels import COCO_ROWS, LABELS
from .network import STRIDES, Detector, add_empty_norms, fold_norms, join_corners

OPSET = 13
# With fewer boxes a threshold is chance.
TRUTHS_MIN = 15
# A threshold that finds less is of no use: rather more false boxes, and that is said.
RECALL_MIN = 0.25
# For labels that a few pictures taught and nothing was promised for: at 0.3 every other picture of
# an empty street shows a stall.
STRICT = 0.6
SUMMARY = "Vehicles, people, stalls, bins, garbage and signs in streets."
START = {
    "repository": "https://github.com/Kazuhito00/YOLOX-ONNX-TFLite-Sample",
    "commit": "3d4f111",
    "path": "model/yolox_nano.onnx",
}


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", required=True)
    parser.add_argument("--out", required=True, help="a folder; its name is the model's")
    parser.add_argument("--version", default="0.1.0")
    parser.add_argument("--summary", default=SUMMARY)
    parser.add_argument("--threshold", type=float, default=0.3, help="of labels without another")
    parser.add_argument(
        "--thresholds", nargs="*", default=[], help="measurements of `run threshold`"
    )
    options = parser.parse_args(arguments)
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)

    state = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
    size, labels = state["size"], state["labels"]
    network = add_empty_norms(Detector(len(labels)))
    network.load_state_dict(state["average"])
    file = out / f"{out.name}.onnx"
    write_graph(join_corners(fold_norms(network.eval())), size, file)

    manifest = manifest_of(options, out.name, file, size, labels)
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    print(f"{file}: {file.stat().st_size} bytes, {manifest['file']['sha256'][:12]}")


class Product(nn.Module):
    """Bytes in; objectness and classes as 0..1, as the published graph says them."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, pixels):
        raw = self.network(pixels.float())
        return torch.cat((raw[..., :4], raw[..., 4:].sigmoid()), -1)


def write_graph(network, size, file):
    # The older exporter: plain operators of an old set, which every runtime has.
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    torch.onnx.export(
        Product(network),
        torch.zeros(1, 3, size, size, dtype=torch.uint8),
        str(file),
        input_names=["pixels"],
        output_names=["output"],
        dynamic_axes={"pixels": {0: "batch"}, "output": {0: "batch"}},
        opset_version=OPSET,
        dynamo=False,
    )
    onnx.checker.check_model(str(file))


def manifest_of(options, name, file, size, labels):
    data = file.read_bytes()
    thresholds, precisions = thresholds_of(options.thresholds, labels, options.threshold)
    return {
        "schema": 1,
        "name": name,
        "version": options.version,
        "summary": options.summary,
        "source": {
            "text": "trained by models/training; it starts from the COCO weights at this address",
            **START,
        },
        "licence": "Apache-2.0",
        "file": {
            "name": file.name,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        },
        "input": {
            "name": "pixels",
            "width": size,
            "height": size,
            "layout": "nchw",
            "type": "uint8",
            "channels": "bgr",
            "divideBy": 1,
            "mean": [0, 0, 0],
            "std": [1, 1, 1],
            "fit": "letterbox-top-left",
            "fill": 114,
        },
        "decoder": {
            "kind": "yolox-grid",
            "output": "output",
            "strides": list(STRIDES),
            "classCount": len(labels),
            # A bin that is nearly overflowing is both: measured on a fold (README, "Choosing").
            "labelsPerCell": "all",
        },
        "classes": {str(number): label for number, label in enumerate(labels)},
        "thresholds": thresholds,
        "thresholdPrecision": precisions,
        "groups": [["car", "bus", "truck"]],
        "nms": {"scope": "group", "iou": 0.45},
        "golden": [golden_row(file, size)],
    }


def thresholds_of(paths, labels, default):
    """Thresholds, and the precision that each stands for, by measurements on held-out folds.

    Of a label's choices the most precise one that still finds a quarter is taken, else the one that
    finds most; of several folds the mean, with the least precision. A label with too few boxes
    takes what was found for several labels as one (`car+bus+truck`); one that nothing was promised
    for keeps the default, and no precision is said.
    """
    found, jointly = {}, {}
    for path in paths:
        for name, figures in json.loads(Path(path).read_text())["result"]["labels"].items():
            if not figures["choices"] or figures["truths"] < TRUTHS_MIN:
                continue
            useful = [one for one in figures["choices"] if one["recall"] >= RECALL_MIN]
            chosen = useful[0] if useful else figures["choices"][-1]
            rows = jointly if "+" in name else found
            for label in name.split("+"):
                rows.setdefault(label, []).append(chosen)
    thresholds, precisions = {}, {}
    for label in labels:
        chosen = {**jointly, **found}.get(label, [])
        thresholds[label] = default if label in COCO_ROWS else max(default, STRICT)
        if chosen:
            mean = sum(one["threshold"] for one in chosen) / len(chosen)
            thresholds[label] = round(mean, 3)
            precisions[label] = min(one["precision"] for one in chosen)
    return thresholds, precisions


def golden_row(file, size):
    channel, row, column = np.ogrid[0:3, 0:size, 0:size]
    picture = ((channel * 31 + row * 7 + column * 3) % 256).astype(np.uint8)[None]
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    (output,) = session.run(None, {"pixels": picture})
    first = [round(float(value), 5) for value in output[0, 0, :6]]
    total = round(float(output.astype(np.float64).sum()), 2)
    return {"output": "output", "sum": total, "first": first}


if __name__ == "__main__":
    main()
