/**
 * Detectors that harm whoever runs them: the tiny one, with something in its graph that never ends,
 * fills the memory, fails, or answers in another shape.
 */
import { float32Tensor, int64Tensor } from "../models/graph/constants.ts";
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxValue } from "../models/graph/onnx-proto.ts";
import { tinyDetectorModel } from "./tiny-detector.ts";

/** A loop of as many turns as the format can say. */
export function endlessDetector(): OnnxModel {
  const body = {
    name: "body",
    node: [node("Identity", ["go"], ["goes"]), node("Add", ["sum", "sum"], ["more"])],
    initializer: [],
    input: [scalar("turn", 7), scalar("go", 9), scalar("sum", 1)],
    output: [scalar("goes", 9), scalar("more", 1)],
    valueInfo: [],
  };
  return withTerm((seed) => ({
    node: [
      {
        ...node("Loop", ["turns", "yes", seed], ["term"]),
        attribute: [{ name: "body", type: 5, g: body }],
      },
    ],
    initializer: [
      int64Tensor("turns", [], [2n ** 62n]),
      { name: "yes", dims: [], dataType: 9, rawData: Uint8Array.of(1) },
    ],
  }));
}

/** `bytes` of zeros, made anew at each run. */
export function hoardingDetector(bytes: number): OnnxModel {
  return withTerm((seed) => ({
    node: [
      node("Shape", [seed], ["none"]),
      node("Concat", ["none", "size"], ["wanted"], [{ name: "axis", type: 2, i: 0 }]),
      node("ConstantOfShape", ["wanted"], ["zeros"]),
      node("ReduceMean", ["zeros"], ["term"], [{ name: "keepdims", type: 2, i: 0 }]),
    ],
    initializer: [int64Tensor("size", [1], [BigInt(bytes / 4)])],
  }));
}

/** It is prepared, and the runtime refuses it: an operator that nobody has. */
export function unknownDetector(): OnnxModel {
  return withTerm((seed) => ({
    node: [node("NoSuchOperator", [seed], ["term"])],
    initializer: [],
  }));
}

/** One row too few: what decoding expects is not there. */
export function shortDetector(): OnnxModel {
  const model = tinyDetectorModel();
  const { graph } = model;
  graph.node = [
    ...graph.node.map((each) =>
      each.output[0] === "output" ? { ...each, output: ["whole"] } : each,
    ),
    node("Slice", ["whole", "from", "to", "axes"], ["output"]),
  ];
  graph.initializer = [
    ...graph.initializer,
    int64Tensor("from", [1], [0n]),
    int64Tensor("to", [1], [3n]),
    int64Tensor("axes", [1], [1n]),
  ];
  return model;
}

/** The tiny detector plus a term of one number, computed from the picture's first number. */
function withTerm(
  termOf: (seed: string) => Pick<OnnxModel["graph"], "node" | "initializer">,
): OnnxModel {
  const model = tinyDetectorModel();
  const { graph } = model;
  const extra = termOf("seed");
  graph.node = [
    node("Constant", [], ["seed"], [{ name: "value", type: 4, t: float32Tensor("", [], [0]) }]),
    ...extra.node,
    ...graph.node.map((each) =>
      each.output[0] === "output" ? { ...each, output: ["whole"] } : each,
    ),
    node("Add", ["whole", "term"], ["output"]),
  ];
  graph.initializer = [...graph.initializer, ...extra.initializer];
  return model;
}

function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly OnnxAttribute[] = [],
): OnnxNode {
  return { opType, input, output, attribute };
}

function scalar(name: string, elemType: number): OnnxValue {
  return { name, type: { tensorType: { elemType, shape: { dim: [] } } } };
}
