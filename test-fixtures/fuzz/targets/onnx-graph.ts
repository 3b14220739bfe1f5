/**
 * The preparation of a graph: broken files, and real ones with something hostile in them.
 *
 * Holds for every input: a GraphError of one short line without control characters, or a graph that
 * is read back, takes the bytes it should, and names no other file, however deep.
 */
import fc from "fast-check";
import { GraphError } from "../../../models/graph/graph-error.ts";
import {
  decodeOnnx,
  encodeOnnx,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
} from "../../../models/graph/onnx-proto.ts";
import { prepareGraph } from "../../../models/graph/prepare-graph.ts";
import { checkWithin } from "../../../models/graph/within-bounds.ts";
import { tinyDetectorBytes, tinyDetectorManifest, tinyDetectorModel } from "../../tiny-detector.ts";
import type { FuzzTarget } from "../fuzz-target.ts";

const manifest = tinyDetectorManifest();
const int64 = fc.constantFrom(-1, 0, 1, 2, 3, 64, -(2 ** 31), 2 ** 31, 2 ** 40, -(2 ** 53));
const name = fc.constantFrom(
  "images",
  "pixels",
  "output",
  "rows",
  "",
  "kerbside/x",
  "\u001b[2J",
  "__proto__",
  "n".repeat(5_000),
);
const op = fc.constantFrom(
  "Conv",
  "Reshape",
  "Resize",
  "Split",
  "Concat",
  "If",
  "Loop",
  "Scan",
  "Constant",
  "ConstantOfShape",
  "EPContext",
  "QuantizeLinear",
  "Slice",
);
const bytes = fc.uint8Array({ maxLength: 40 });
const tensor: fc.Arbitrary<OnnxTensor> = fc.record(
  {
    dims: fc.array(int64, { maxLength: 5 }),
    dataType: fc.constantFrom(0, 1, 2, 7, 8, 99, -1),
    name,
    rawData: bytes,
    int64Data: fc.array(int64, { maxLength: 4 }),
    dataLocation: fc.constantFrom(0, 1, 2),
    externalData: fc.constantFrom([], [{ key: "location", value: "/etc/passwd" }]),
  },
  { requiredKeys: ["dims", "dataType"] },
);

/** What is put in; what is there besides stays. */
const change = fc.record({
  how: fc.nat(9),
  at: fc.nat(20),
  name,
  op,
  tensor,
  int64,
  depth: fc.nat(14),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

function nodeOf(each: Change, attribute: Partial<OnnxAttribute>): OnnxNode {
  const attributes = [{ name: each.name, type: each.at, ...attribute }];
  return { opType: each.op, input: [each.name], output: [each.name], attribute: attributes };
}

function nested({ depth, tensor: inner }: Change): OnnxGraph {
  let graph: OnnxGraph = { ...tinyDetectorModel().graph, initializer: [inner] };
  for (let level = 0; level < depth; level++) {
    const node = { opType: "If", input: [], output: ["x"], attribute: [{ name: "g", g: graph }] };
    graph = { ...tinyDetectorModel().graph, node: [node] };
  }
  return graph;
}

function changed(model: OnnxModel, each: Change): void {
  const { graph } = model;
  const index = each.at % Math.max(1, graph.node.length);
  const node = graph.node[index];
  const value = { name: each.name, type: null };
  switch (each.how) {
    case 0:
      graph.node = graph.node.toSpliced(index, 1, nodeOf(each, { t: each.tensor }));
      break;
    case 1:
      graph.node = [...graph.node, nodeOf(each, { i: each.int64, ints: [each.int64] })];
      break;
    case 2:
      graph.initializer = [...graph.initializer, each.tensor];
      break;
    case 3:
      graph.input = each.at % 2 === 0 ? [value] : [...graph.input, value];
      break;
    case 4:
      graph.output = each.at % 2 === 0 ? [value] : [...graph.output, value];
      break;
    case 5:
      if (node !== undefined) Object.assign(node, { input: [...node.output, each.name] });
      break;
    case 6:
      graph.node = [...graph.node, nodeOf(each, { g: nested(each) })];
      break;
    case 7:
      graph.node = graph.node.toReversed();
      break;
    case 8:
      for (const { type } of graph.input) {
        const shape = type?.tensorType?.shape;
        if (shape) shape.dim = [{ dimValue: each.int64 }, ...shape.dim.slice(1)];
      }
      break;
    default:
      graph.initializer = graph.initializer.map((one) => ({ ...one, ...each.tensor }));
  }
}

const models = fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
  const model = tinyDetectorModel();
  for (const each of changes) changed(model, each);
  return tinyDetectorBytes(model);
});

export const onnxGraph: FuzzTarget = {
  name: "onnx-graph",
  corpus: () => [tinyDetectorBytes(), Buffer.from(prepareGraph(tinyDetectorBytes(), manifest))],
  tokens: [
    Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
    Uint8Array.of(0x0b, 0x0b, 0x0b, 0x0b),
    Uint8Array.of(0x32, 0x00),
    Uint8Array.of(0x70, 0x01),
    Uint8Array.of(0x6a, 0x02, 0x0a, 0x00),
    "images",
    "Constant",
  ],
  arbitrary: models,
  run: (input) => {
    let graph: Uint8Array;
    try {
      graph = prepareGraph(input, manifest);
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      if (/\p{Cc}/u.test(error.message) || error.message.length > 700) {
        throw new Error("a message that is no line", { cause: error });
      }
      return;
    }
    const again = decodeOnnx(graph);
    checkWithin(again);
    if (!again.graph.input.some((value) => value.name === "pixels")) throw new Error("no pixels");
    if (encodeOnnx(again).length !== graph.length) throw new Error("not read back as written");
  },
  isExpected: () => false,
  memoryBoundBytes: 64 * 1_024 * 1_024,
  testInputs: 300,
};
