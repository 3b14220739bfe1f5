/**
 * Preparation on a detector of our own, run by the real runtime.
 *
 * Goal: the prepared graph takes bytes and any batch and says what the published one said; what is
 * not understood is refused with what was found; nothing of the file is lost.
 */
import * as ort from "onnxruntime-node";
import { describe, expect, test } from "vitest";
import {
  tinyDetectorBytes,
  tinyDetectorManifest,
  tinyDetectorModel,
  tinyInputSize,
  tinyPicture,
} from "../../test-fixtures/tiny-detector.ts";
import { goldenDifferences, syntheticPicture } from "../golden.ts";
import type { Manifest } from "../manifest.ts";
import { float32Tensor, int64Tensor } from "./constants.ts";
import { GraphError } from "./graph-error.ts";
import {
  decodeOnnx,
  encodeOnnx,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
} from "./onnx-proto.ts";
import { prepareGraph } from "./prepare-graph.ts";

const published = tinyDetectorBytes();
const manifest = tinyDetectorManifest();
/** It names a file, which the runtime would read. */
const outside: OnnxTensor = {
  ...float32Tensor("passwd", [4], []),
  externalData: [{ key: "location", value: "passwd" }],
  dataLocation: 1,
};
function constantNode(attribute: Partial<OnnxAttribute>): OnnxNode {
  const attributes = [{ name: "value", ...attribute }];
  return { opType: "Constant", input: [], output: ["value"], attribute: attributes };
}
const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };

async function rowsOf(graph: Uint8Array, pictures: readonly Uint8Array[]): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(graph, options);
  const dims = [pictures.length, 3, tinyInputSize, tinyInputSize];
  const pixels = new ort.Tensor("uint8", Buffer.concat(pictures), dims);
  const { output } = await session.run({ pixels });
  await session.release();
  if (!(output?.data instanceof Float32Array)) throw new TypeError("no float32 output");
  expect(output.dims).toEqual([pictures.length, 4, 7]);
  return output.data;
}

const bright = tinyPicture([
  [255, 0, 255],
  [0, 0, 0],
  [128, 255, 0],
  [255, 255, 255],
]);
const dark = tinyPicture([[10, 20, 30]]);

describe("a prepared graph", () => {
  test("takes bytes and says the golden numbers", async () => {
    const output = await rowsOf(prepareGraph(published, manifest), [
      syntheticPicture(manifest.input),
    ]);
    expect(goldenDifferences(manifest, { output: { data: output, dims: [1, 4, 7] } })).toEqual([]);
  });

  test("says to a batch what it says to each picture", async () => {
    const graph = prepareGraph(published, manifest);
    const [first, second] = [await rowsOf(graph, [bright]), await rowsOf(graph, [dark])];
    const batch = await rowsOf(graph, [bright, dark, bright]);
    expect(Array.from(batch)).toEqual([...first, ...second, ...first]);
  });

  test("normalises each plane by its own mean and deviation", async () => {
    const mean: [number, number, number] = [0.1, 0.2, 0.3];
    const std: [number, number, number] = [0.5, 0.25, 2];
    const input = { ...manifest.input, divideBy: 255, mean, std };
    const rows = await rowsOf(prepareGraph(published, changed({ input })), [bright]);
    const values = [255, 0, 255].map((byte, plane) => {
      const normal = (byte / 255 - (mean[plane] ?? 0)) / (std[plane] ?? 1);
      return normal / 255;
    });
    for (const [plane, value] of values.entries()) expect(rows[4 + plane]).toBeCloseTo(value, 6);
  });

  test("stays as it is when it takes bytes already", async () => {
    const model = tinyDetectorModel();
    takeBytesAlready(model);
    const input = { ...manifest.input, name: "pixels", type: "uint8" } as const;
    const graph = prepareGraph(tinyDetectorBytes(model), changed({ input }));
    expect(decodeOnnx(graph).graph.node.map(({ opType }) => opType)).toEqual(
      model.graph.node.map(({ opType }) => opType),
    );
    const expected = await rowsOf(prepareGraph(published, manifest), [bright, dark]);
    expect(await rowsOf(graph, [bright, dark])).toEqual(expected);
  });

  test("may hold whole numbers in the place of fractions", async () => {
    const model = tinyDetectorModel();
    quantiseInput(model, { scale: [1], dims: [] });
    const expected = await rowsOf(prepareGraph(published, manifest), [bright, dark]);
    const rows = await rowsOf(prepareGraph(tinyDetectorBytes(model), manifest), [bright, dark]);
    expect(rows).toEqual(expected);
  });

  test("keeps fields that preparation does not know", () => {
    // Field 6 of a model is its text, field 2 of a graph its name: neither is in our description.
    const text = Buffer.from("made by hand");
    const withText = Buffer.concat([published, Buffer.of((6 << 3) | 2, text.length), text]);
    expect(Buffer.from(prepareGraph(withText, manifest)).includes(text)).toBe(true);
  });

  test("keeps 64-bit numbers that no double can hold", () => {
    const model = tinyDetectorModel();
    const end = 9_223_372_036_854_775_807n;
    const int64Data = [{ toString: () => end.toString(), low: -1, high: 0x7f_ff_ff_ff }];
    const far = { name: "far", dims: [1], dataType: 7, int64Data };
    model.graph.initializer = [...model.graph.initializer, far];
    const again = decodeOnnx(encodeOnnx(decodeOnnx(encodeOnnx(model))));
    const value = again.graph.initializer.find(({ name }) => name === "far")?.int64Data?.[0];
    expect(BigInt(value?.toString() ?? 0)).toBe(end);
  });

  test("is the same for the same weights, byte for byte", () => {
    expect(prepareGraph(published, manifest)).toEqual(prepareGraph(published, manifest));
  });
});

describe("a second input that asks for sizes", () => {
  const sized = tinyDetectorModel();
  // The row's first values times the wanted size, as DETR-style heads do it.
  sized.graph.input = [
    ...sized.graph.input,
    { name: "sizes", type: { tensorType: { elemType: 7 } } },
  ];
  sized.graph.input = sized.graph.input.map((value) => freed(value));
  sized.graph.output = sized.graph.output.map((value) => freed(value));
  sized.graph.initializer = sized.graph.initializer.map((tensor) =>
    tensor.name === "shape" ? int64Tensor("shape", [3], [0n, 7n, -1n]) : tensor,
  );
  sized.graph.initializer = [...sized.graph.initializer, int64Tensor("axis", [1], [1n])];
  sized.graph.node = [
    ...sized.graph.node.map((node) =>
      node.output[0] === "output" ? { ...node, output: ["plain"] } : node,
    ),
    { opType: "Unsqueeze", input: ["sizes", "axis"], output: ["sizes-3d"] },
    cast("sizes-3d", "sizes-float"),
    { opType: "ReduceMax", input: ["sizes-float"], output: ["side"] },
    { opType: "Mul", input: ["plain", "side"], output: ["output"] },
  ];

  test("becomes the input's own size for every picture", async () => {
    const sizeInput = { name: "sizes", type: "int64", order: "width-height" } as const;
    const graph = prepareGraph(tinyDetectorBytes(sized), changed({ sizeInput }));
    const plain = await rowsOf(prepareGraph(published, manifest), [bright, dark]);
    const rows = await rowsOf(graph, [bright, dark]);
    for (const [index, value] of plain.entries()) expect(rows[index]).toBeCloseTo(value * 64, 3);
  });
});

interface Refusal {
  readonly name: string;
  readonly change?: (model: OnnxModel) => void;
  readonly manifest?: Partial<Manifest>;
  readonly message: RegExp;
}

const refusals: readonly Refusal[] = [
  {
    name: "an operator that nobody vouches for",
    change: (model) => replaceNode(model, "cells", { opType: "LpNormalization" }),
    message: /made for one picture at a time, and LpNormalization "cells" is not known/,
  },
  {
    name: "an operator of another domain with a known name",
    change: (model) => replaceNode(model, "cells", { domain: "com.example" }),
    message: /AveragePool "cells" is not known/,
  },
  {
    name: "a reshape that joins the batch with something else",
    change: (model) => {
      model.graph.initializer = model.graph.initializer.map((tensor) =>
        tensor.name === "shape" ? int64Tensor("shape", [3], [7n, 1n, -1n]) : tensor,
      );
    },
    message: /Reshape "flat" reshapes to \[7, 1, -1\]/,
  },
  {
    name: "a transpose that moves the batch",
    change: (model) =>
      replaceNode(model, "output", { attribute: [{ name: "perm", type: 7, ints: [1, 0, 2] }] }),
    message: /Transpose "output" works along axis 1/,
  },
  {
    name: "a concat along the batch",
    change: (model) =>
      replaceNode(model, "cells", {
        opType: "Concat",
        input: ["images", "images"],
        attribute: [{ name: "axis", type: 2, i: 0 }],
      }),
    message: /Concat "cells" works along axis 0/,
  },
  {
    name: "a concat with a constant",
    change: (model) => {
      const extra = float32Tensor("extra", [1, 1, 64, 64], Array(4096).fill(0));
      model.graph.initializer = [...model.graph.initializer, extra];
      replaceNode(model, "cells", {
        opType: "Concat",
        input: ["images", "extra"],
        attribute: [{ name: "axis", type: 2, i: 1 }],
      });
    },
    message: /Concat "cells" joins a picture's values with constants/,
  },
  {
    name: "a scale for each picture",
    change: (model) => {
      quantiseInput(model, { scale: [1], dims: [1], axis: 0 });
    },
    message: /QuantizeLinear "whole" works along axis 0/,
  },
  {
    name: "a scale that is computed",
    change: (model) => {
      quantiseInput(model, { scale: [1], dims: [] });
      replaceNode(model, "whole", { input: ["images", "cells", "zero"] });
    },
    message: /QuantizeLinear "whole" has a scale that is computed/,
  },
  {
    name: "an output that does not depend on the picture",
    change: (model) => {
      model.graph.output = [...model.graph.output, { name: "bias", type: {} }];
    },
    message: /output bias does not depend on input images/,
  },
  {
    name: "another input size than the manifest's",
    manifest: { input: { ...manifest.input, height: 96 } },
    message: /input images is \[1, 3, 64, 64\], expected \[1 or any, 3, 96, 64\]/,
  },
  {
    name: "an input of another name",
    manifest: { input: { ...manifest.input, name: "image" } },
    message: /the graph's inputs are images, expected image$/,
  },
  {
    name: "a second input that the manifest does not name",
    change: (model) => {
      const sizes = { name: "sizes", type: { tensorType: { elemType: 7 } } };
      model.graph.input = [...model.graph.input, sizes];
    },
    message: /the graph's inputs are images, sizes, expected images/,
  },
  {
    name: "an input of another type",
    change: (model) => {
      for (const { type } of model.graph.input) {
        if (type?.tensorType) type.tensorType.elemType = 10;
      }
    },
    message: /input images has element type 10, expected 1 \(float32\)/,
  },
  {
    name: "an output of another name",
    manifest: { decoder: { kind: "yolox-grid", output: "boxes", strides: [32], classCount: 2 } },
    message: /the graph's outputs are output, expected boxes/,
  },
  {
    name: "weights in another file",
    change: (model) => {
      for (const tensor of model.graph.initializer) tensor.dataLocation = 1;
    },
    message: /the values of weights are in another file/,
  },
  {
    name: "a constant in another file",
    change: (model) => {
      model.graph.node = [constantNode({ t: outside }), ...model.graph.node];
    },
    message: /the values of passwd are in another file/,
  },
  {
    name: "a sparse tensor in another file",
    change: (model) => {
      model.graph.sparseInitializer = [{ values: outside }];
    },
    message: /the values of passwd are in another file/,
  },
  {
    name: "a tensor in another file, in a branch of a branch",
    change: (model) => {
      const inner = { ...tinyDetectorModel().graph, initializer: [outside] };
      const branch = { ...tinyDetectorModel().graph, node: [constantNode({ g: inner })] };
      model.graph.node = [constantNode({ graphs: [branch] }), ...model.graph.node];
    },
    message: /the values of passwd are in another file/,
  },
  {
    name: "a tensor in another file, in a function",
    change: (model) => {
      model.functions = [{ node: [constantNode({ tensors: [outside] })] }];
    },
    message: /the values of passwd are in another file/,
  },
  {
    name: "branches without end",
    change: (model) => {
      let { graph } = tinyDetectorModel();
      for (let depth = 0; depth < 12; depth++) {
        graph = { ...tinyDetectorModel().graph, node: [constantNode({ g: graph })] };
      }
      model.graph.node = [constantNode({ g: graph }), ...model.graph.node];
    },
    message: /graphs lie in graphs, 8 deep and more/,
  },
  {
    name: "a compiled graph of another program",
    change: (model) => {
      model.graph.node = [{ ...constantNode({}), opType: "EPContext" }, ...model.graph.node];
    },
    message: /the operator EPContext stands for something outside/,
  },
  {
    name: "an input without a type",
    change: (model) => {
      model.graph.input = [{ name: "images", type: null }];
    },
    message: /input images has element type undefined/,
  },
  {
    name: "a name that repaints a terminal",
    change: (model) => {
      model.graph.output = [{ name: `\u001b[2J${"x".repeat(10_000)}`, type: null }];
    },
    message: /^the graph's outputs are \u{FFFD}\[2Jx{50,600}…$/u,
  },
  {
    name: "a graph that was prepared already",
    change: (model) => replaceNode(model, "cells", { output: ["kerbside/cells"] }),
    message: /already has a value named kerbside\/cells/,
  },
];

describe("is refused:", () => {
  test.each(refusals)("$name", ({ change, manifest: changes, message }) => {
    const model = tinyDetectorModel();
    change?.(model);
    const prepare = () => prepareGraph(tinyDetectorBytes(model), changed(changes ?? {}));
    expect(prepare).toThrow(GraphError);
    expect(prepare).toThrow(message);
  });

  test.each([
    { name: "an empty file", bytes: new Uint8Array(0) },
    { name: "text", bytes: Buffer.from("<!doctype html><title>404</title>") },
    { name: "half a model", bytes: published.subarray(0, published.length / 2) },
  ])("$name", ({ bytes }) => {
    expect(() => prepareGraph(bytes, manifest)).toThrow(GraphError);
  });
});

function changed(changes: Partial<Manifest>): Manifest {
  return { ...manifest, ...changes };
}

function replaceNode(model: OnnxModel, output: string, changes: Partial<OnnxNode>): void {
  model.graph.node = model.graph.node.map((node) =>
    node.output[0] === output ? { ...node, ...changes } : node,
  );
}

/** As an exporter of our own writes it: bytes in, any batch. */
function takeBytesAlready({ graph }: OnnxModel): void {
  const dim = [{ dimParam: "N" }, { dimValue: 3 }, { dimValue: 64 }, { dimValue: 64 }];
  graph.input = [{ name: "pixels", type: { tensorType: { elemType: 2, shape: { dim } } } }];
  graph.output = graph.output.map((value) => freed(value));
  graph.initializer = graph.initializer.map((tensor) =>
    tensor.name === "shape" ? int64Tensor("shape", [3], [0n, 7n, -1n]) : tensor,
  );
  graph.node = [cast("pixels", "images"), ...graph.node];
}

/** The picture as whole numbers and back, which changes nothing. */
function quantiseInput(
  model: OnnxModel,
  { scale, dims, axis }: { scale: readonly number[]; dims: readonly number[]; axis?: number },
): void {
  const attribute = axis === undefined ? [] : [{ name: "axis", type: 2, i: axis }];
  const { graph } = model;
  const zero = { name: "zero", dims, dataType: 2, rawData: new Uint8Array(1) };
  graph.initializer = [...graph.initializer, float32Tensor("scale", dims, scale), zero];
  const rest = ["scale", "zero"];
  graph.node = [
    { opType: "QuantizeLinear", input: ["images", ...rest], output: ["whole"], attribute },
    { opType: "DequantizeLinear", input: ["whole", ...rest], output: ["again"], attribute },
    ...graph.node.map((node) =>
      node.output[0] === "cells" ? { ...node, input: ["again"] } : node,
    ),
  ];
}

function freed(value: OnnxModel["graph"]["input"][number]) {
  const shape = value.type?.tensorType?.shape;
  if (shape) shape.dim = [{ dimParam: "N" }, ...shape.dim.slice(1)];
  return value;
}

function cast(from: string, to: string): OnnxNode {
  return {
    opType: "Cast",
    input: [from],
    output: [to],
    attribute: [{ name: "to", type: 2, i: 1 }],
  };
}
