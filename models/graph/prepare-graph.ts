/**
 * Turns a published detector into the graph that our workers run.
 *
 * In: the weights as published. Out: the same numbers for `pixels`, uint8 [N, 3, H, W] in the
 * manifest's channel order, for any N, and no second input. A detector that takes bytes in any batch
 * stays as it is. The manifest is checked against the graph first; what does not fit throws a GraphError that says what was found.
 */
import { type Manifest, preparedInputName } from "../manifest.ts";
import { bakePictureInput, bakeSizeInput, takeBytes } from "./bake-input.ts";
import { freeBatch } from "./free-batch.ts";
import { GraphError } from "./graph-error.ts";
import {
  decodeOnnx,
  elementType,
  encodeOnnx,
  type OnnxDimension,
  type OnnxGraph,
  type OnnxValue,
} from "./onnx-proto.ts";
import { checkWithin } from "./within-bounds.ts";

/** Rises when the same weights and manifest give another graph: older cached ones are then void. */
export const preparationVersion = 2;

/** Name of the free dimension. */
const batchName = "batch";

export function prepareGraph(published: Uint8Array, manifest: Manifest): Uint8Array {
  const model = decodeOnnx(published);
  checkWithin(model);
  const { graph } = model;
  const { input, sizeInput } = manifest;
  const picture = checkInputs(graph, manifest);
  checkNames(graph, manifest);

  if (isFixed(picture[0])) freeBatch(graph, input.name, batchName);
  if (input.type === "uint8") takeBytes(graph, input, batchName);
  else bakePictureInput(graph, input, batchName);
  if (sizeInput !== undefined) bakeSizeInput(graph, input, sizeInput.name);
  // Shapes that the exporter noted for its own batch; the runtime infers them anew.
  graph.valueInfo = [];
  return encodeOnnx(model);
}

/** Returns the dimensions of the picture input. */
function checkInputs(graph: OnnxGraph, { input, sizeInput }: Manifest): readonly OnnxDimension[] {
  const constants = new Set(graph.initializer.map(({ name }) => name));
  const fed = graph.input.filter(({ name }) => !constants.has(name));
  const expected = [input.name, ...(sizeInput === undefined ? [] : [sizeInput.name])];
  const found = fed.map(({ name }) => name);
  if (found.toSorted().join() !== expected.toSorted().join()) {
    throw new GraphError(`the graph's inputs are ${list(found)}, expected ${list(expected)}`);
  }
  if (sizeInput !== undefined) {
    checkType(fed, sizeInput.name, "int64");
  }
  const dims = checkType(fed, input.name, input.type);
  const wanted = [undefined, 3, input.height, input.width];
  const fits =
    dims.length === 4 &&
    dims.every((dim, index) => index === 0 || !isFixed(dim) || sizeOf(dim) === wanted[index]);
  if (!fits || (isFixed(dims[0]) && sizeOf(dims[0]) !== 1)) {
    const text = dims.map((dim) => (isFixed(dim) ? sizeOf(dim) : "any")).join(", ");
    throw new GraphError(
      `input ${input.name} is [${text}], expected [1 or any, ${wanted.slice(1).join(", ")}]`,
    );
  }
  return dims;
}

function checkType(
  values: readonly OnnxValue[],
  name: string,
  type: keyof typeof elementType,
): readonly OnnxDimension[] {
  const tensor = values.find((value) => value.name === name)?.type?.tensorType;
  if (tensor?.elemType !== elementType[type]) {
    throw new GraphError(
      `input ${name} has element type ${tensor?.elemType}, expected ${elementType[type]} (${type})`,
    );
  }
  return tensor.shape?.dim ?? [];
}

function checkNames(graph: OnnxGraph, { decoder }: Manifest): void {
  const found = graph.output.map(({ name }) => name);
  const expected =
    decoder.kind === "detr" ? [decoder.labels, decoder.boxes, decoder.scores] : [decoder.output];
  if (!expected.every((name) => found.includes(name))) {
    throw new GraphError(`the graph's outputs are ${list(found)}, expected ${list(expected)}`);
  }
  const taken = graph.node
    .flatMap(({ output }) => output)
    .concat(graph.initializer.map(({ name }) => name ?? ""))
    .find((name) => name === preparedInputName || name.startsWith("kerbside/"));
  if (taken !== undefined) throw new GraphError(`the graph already has a value named ${taken}`);
}

function isFixed(dim: OnnxDimension | undefined): boolean {
  return dim?.dimValue !== undefined && Object.hasOwn(dim, "dimValue");
}

const sizeOf = (dim: OnnxDimension | undefined): number => Number(dim?.dimValue);

const list = (names: readonly string[]): string => names.join(", ") || "none";
