"""The int8 variant of an exported model: another ONNX file beside it, named in its manifest.

Weights get a scale for each channel, values between two layers one scale each, from what the
network says to training pictures that are laid out as the product lays them out. The first layers,
whose values spread widest, and the last ones stay as they are. `kerbside models tune` says whether a
processor is faster with it.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

from .augment import plain_example
from .export import golden_row
from .sets import fold_of, read_pack

NAME = "int8"
SEED = 7
# Their values spread over ±100, most within ±5: in 256 steps they cost ten points of precision.
FIRST_LAYERS = ("/network/backbone/stem/", "/network/backbone/dark2/dark2.0/")
# Boxes, objectness and classes of three levels.
LAST_CONVOLUTIONS = 9
# What SiLU makes of anything below this is nothing.
SILU_FROM = -6.0


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, help="the folder of an exported model")
    parser.add_argument("--pack", required=True)
    parser.add_argument("--pictures", type=int, default=192, help="to measure values with")
    parser.add_argument("--fold", type=int, help="this fold of the pictures is left out")
    parser.add_argument("--folds", type=int, default=5)
    options = parser.parse_args(arguments)
    folder = Path(options.model)
    manifest = json.loads((folder / "manifest.json").read_text())
    size = manifest["input"]["width"]
    source = folder / manifest["file"]["name"]
    file = source.with_name(f"{source.stem}-{NAME}.onnx")

    pictures = [
        one
        for one in read_pack(Path(options.pack))
        if options.fold is None or fold_of(one.group, options.folds) != options.fold
    ]
    chosen = np.random.default_rng(SEED).permutation(len(pictures))[: options.pictures]
    quantise(source, file, [planes(pictures[index], size) for index in chosen])

    data = file.read_bytes()
    variant = {
        "name": NAME,
        "file": {
            "name": file.name,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
        },
        "golden": [golden_row(file, size)],
    }
    manifest["variants"] = [variant]
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    print(f"{file}: {len(data)} bytes, {variant['file']['sha256'][:12]}")


def planes(picture, size):
    """[1, 3, size, size] as the product hands it to the network."""
    pixels = plain_example(picture, size).pixels
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], dtype=np.uint8)


def quantise(source, file, pictures):
    with tempfile.TemporaryDirectory() as folder:
        prepared = Path(folder) / "prepared.onnx"
        quant_pre_process(str(source), str(prepared), skip_symbolic_shape=True)
        model = onnx.load(prepared)
        whole = left_as_they_are(model.graph)
        quantize_static(
            str(prepared),
            str(file),
            Pictures(pictures[:1]),  # It insists; every range is given below.
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=whole,
            extra_options={"TensorQuantOverrides": ranges_of(model, pictures)},
        )
    onnx.checker.check_model(str(file))


def left_as_they_are(graph):
    """The first layers, and the last convolutions with all that is behind them."""
    first = [node.name for node in graph.node if node.name.startswith(FIRST_LAYERS)]
    makers = {name: node for node in graph.node for name in node.output}
    todo, last = [makers[graph.output[0].name]], {}
    while todo:
        node = todo.pop()
        last[node.name] = node
        if node.op_type != "Conv":
            todo += [makers[name] for name in node.input if name in makers]
    found = sum(node.op_type == "Conv" for node in last.values())
    if not first or found != LAST_CONVOLUTIONS:
        raise ValueError(f"the graph begins or ends in another way ({found} last convolutions)")
    return sorted({*first, *last})


def ranges_of(model, pictures):
    """Lowest and highest value of each tensor that is worth a step; means over the pictures.

    The highest of a picture, for what is rare is what a sign is known by: cut off at 0.9999 of the
    values, signboards lost three points.
    """
    graph = model.graph
    kinds = {"Conv", "Sigmoid", "Mul", "Add", "Concat", "Resize", "MaxPool"}
    tensors = {node.output[0]: node.op_type for node in graph.node if node.op_type in kinds}
    before_silu = {node.input[0] for node in graph.node if node.op_type == "Sigmoid"}
    outputs = {value.name for value in graph.output}
    graph.output.extend(onnx.ValueInfoProto(name=name) for name in tensors if name not in outputs)
    options = onnxruntime.SessionOptions()
    # A tensor that is fused away has no values to look at.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    seen = np.mean(
        [
            [(values.min(), values.max()) for values in session.run(list(tensors), {"pixels": picture})]
            for picture in pictures
        ],
        axis=0,
    )
    ranges = {}
    for (name, kind), (low, high) in zip(tensors.items(), seen):
        if kind == "Sigmoid":
            low, high = 0.0, 1.0
        elif name in before_silu:
            low = max(low, SILU_FROM)
        # Zero has a step of its own: what pads a convolution must stay nothing.
        sides = {"rmin": min(low, 0.0), "rmax": max(high, 1e-3)}
        ranges[name] = [{side: np.array(value, np.float32) for side, value in sides.items()}]
    return ranges


class Pictures(CalibrationDataReader):
    def __init__(self, pictures):
        self.pictures = iter(pictures)

    def get_next(self):
        picture = next(self.pictures, None)
        return None if picture is None else {"pixels": picture}


if __name__ == "__main__":
    main()
