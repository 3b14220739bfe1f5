/**
 * Frees the batch dimension of a graph that was exported for one picture at a time.
 *
 * The picture's values are followed through the graph. Most operators treat every picture of a
 * batch alike; a few hold the batch of one in a constant, and those are rewritten. An operator
 * that is not known here, or one that would mix pictures, ends it: we change only what we
 * understand.
 */
import { attributeOf, constantsOf, float32Values, int64Tensor, int64Values } from "./constants.ts";
import { GraphError } from "./graph-error.ts";
import type { OnnxGraph, OnnxNode, OnnxTensor } from "./onnx-proto.ts";

/** Every picture of the batch alike, whatever the attributes say. */
const perPicture: ReadonlySet<string> = new Set(
  (
    "Conv BatchNormalization MaxPool AveragePool GlobalAveragePool " +
    "Relu LeakyRelu PRelu Elu Sigmoid HardSigmoid HardSwish Tanh Clip Softplus " +
    "Add Sub Mul Div Exp Sqrt Identity Cast Dropout"
  ).split(" "),
);

interface Step {
  readonly node: OnnxNode;
  readonly constants: ReadonlyMap<string, OnnxTensor>;
  /** Values that hold a row for each picture. */
  readonly carrying: ReadonlySet<string>;
}

/** Returns the node as it should be and the constants that it newly needs. */
type Rewrite = (step: Step) => { readonly node: OnnxNode; readonly added?: OnnxTensor };

const rewrites: Readonly<Record<string, Rewrite>> = {
  Concat: (step) => {
    if (step.node.input.some((name) => !step.carrying.has(name))) {
      throw refusal(step.node, "joins a picture's values with constants");
    }
    return alongOtherAxis(step.node, axisOf(step.node, undefined));
  },
  QuantizeLinear: (step) => quantisation(step),
  DequantizeLinear: (step) => quantisation(step),
  Split: ({ node }) => alongOtherAxis(node, axisOf(node, 0)),
  Softmax: ({ node }) => alongOtherAxis(node, axisOf(node, 1)),
  Transpose: ({ node }) => alongOtherAxis(node, attributeOf(node, "perm")?.ints?.[0], 0),
  Slice: (step) => {
    const axes = attributeOf(step.node, "axes")?.ints ?? constantInt64(step, 3);
    if (axes === undefined || axes.length === 0 || axes.some((axis) => Number(axis) <= 0)) {
      throw refusal(step.node, `cuts along axes ${axes?.join(", ") ?? "that it does not name"}`);
    }
    return { node: step.node };
  },
  Resize: (step) => {
    const scales = step.constants.get(step.node.input[2] ?? "");
    const first = scales && float32Values(scales)?.[0];
    if (first !== 1 || (step.node.input[3] ?? "") !== "") {
      throw refusal(step.node, "is not given as scales with 1 for the batch");
    }
    return { node: step.node };
  },
  Reshape: (step) => {
    const shape = constantInt64(step, 1);
    const allowsZero = Number(attributeOf(step.node, "allowzero")?.i ?? 0) !== 0;
    if (shape?.[0] === 0n && !allowsZero) return { node: step.node };
    if (shape?.[0] !== 1n || allowsZero) {
      throw refusal(step.node, `reshapes to [${shape?.join(", ") ?? "a computed shape"}]`);
    }
    // 0 says "as in the input", which is the batch, however large it is.
    const name = `kerbside/${step.node.output[0]}/shape`;
    const added = int64Tensor(name, [shape.length], [0n, ...shape.slice(1)]);
    return { node: withInput(step.node, 1, name), added };
  },
};

/** One scale for all values, or one for each channel; never one for each picture. */
function quantisation({ node, constants }: Step): { node: OnnxNode } {
  const scale = constants.get(node.input[1] ?? "");
  if (scale === undefined) throw refusal(node, "has a scale that is computed");
  return scale.dims.length === 0 ? { node } : alongOtherAxis(node, axisOf(node, 1));
}

/** A graph whose values that come from `inputName` have as many rows as the batch has pictures. */
export function freeBatch(graph: OnnxGraph, inputName: string, batchName: string): OnnxGraph {
  const constants = constantsOf(graph);
  const carrying = new Set([inputName]);
  const added: OnnxTensor[] = [];
  const usedBefore = usedNames(graph.node);
  const nodes = graph.node.map((node) => {
    if (!node.input.some((name) => carrying.has(name))) return node;
    const rewritten = rewriteNode({ node, constants, carrying });
    if (rewritten.added !== undefined) added.push(rewritten.added);
    for (const name of node.output) carrying.add(name);
    return rewritten.node;
  });
  for (const { name } of graph.output) {
    if (!carrying.has(name)) {
      throw new GraphError(`output ${name} does not depend on input ${inputName}`);
    }
  }
  const usedAfter = usedNames(nodes);
  const isReplaced = (name = "") => usedBefore.has(name) && !usedAfter.has(name);
  return Object.assign(graph, {
    node: nodes,
    initializer: [...graph.initializer.filter(({ name }) => !isReplaced(name)), ...added],
    output: graph.output.map((value) => withBatch(value, batchName)),
  });
}

function rewriteNode(step: Step): ReturnType<Rewrite> {
  const { node } = step;
  if ((node.domain ?? "") === "") {
    if (perPicture.has(node.opType)) return { node };
    const rewrite = rewrites[node.opType];
    if (rewrite !== undefined) return rewrite(step);
  }
  throw refusal(node, "is not known to treat every picture of a batch alike");
}

function usedNames(nodes: readonly OnnxNode[]): ReadonlySet<string> {
  return new Set(nodes.flatMap(({ input }) => input));
}

function withBatch<Value extends OnnxGraph["output"][number]>(value: Value, name: string): Value {
  const shape = value.type?.tensorType?.shape;
  if (shape && shape.dim.length > 0) {
    shape.dim = [{ dimParam: name }, ...shape.dim.slice(1)];
  }
  return value;
}

function withInput(node: OnnxNode, index: number, name: string): OnnxNode {
  return Object.assign(node, { input: node.input.with(index, name) });
}

function constantInt64(step: Step, inputIndex: number): readonly bigint[] | undefined {
  const tensor = step.constants.get(step.node.input[inputIndex] ?? "");
  return tensor && int64Values(tensor);
}

function axisOf(node: OnnxNode, byDefault: number | undefined): number | undefined {
  const axis = attributeOf(node, "axis")?.i;
  return axis === undefined ? byDefault : Number(axis);
}

/** `-1` is the last axis: never the batch, for a detector's values have two axes at least. */
function alongOtherAxis(node: OnnxNode, axis: unknown, wanted?: number): { node: OnnxNode } {
  const isFine =
    axis !== undefined &&
    (wanted === undefined ? Number(axis) > 0 || Number(axis) === -1 : Number(axis) === wanted);
  if (!isFine) throw refusal(node, `works along axis ${String(axis)}`);
  return { node };
}

function refusal(node: OnnxNode, what: string): GraphError {
  return new GraphError(
    `the graph is made for one picture at a time, and ${node.opType} ` +
      `"${node.name || node.output[0]}" ${what}`,
  );
}
