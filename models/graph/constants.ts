/**
 * Small constants of a graph: reading the ones that steer shapes, making new ones.
 *
 * A shape may be an initializer or the output of a Constant node, in packed or raw form.
 */
import {
  elementType,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from "./onnx-proto.ts";

/** Every constant of a graph by name. */
export function constantsOf(graph: OnnxGraph): ReadonlyMap<string, OnnxTensor> {
  const constants = new Map<string, OnnxTensor>();
  for (const tensor of graph.initializer) {
    if (tensor.name !== undefined) constants.set(tensor.name, tensor);
  }
  for (const node of graph.node) {
    const value = node.opType === "Constant" ? attributeOf(node, "value")?.t : undefined;
    const name = node.output[0];
    if (value !== undefined && name !== undefined) constants.set(name, value);
  }
  return constants;
}

export function attributeOf(node: OnnxNode, name: string): OnnxAttribute | undefined {
  return node.attribute?.find((attribute) => attribute.name === name);
}

/** Shapes, axes and scales have a few values; weights have millions and are not read here. */
const valuesMax = 64;

/** The values of an int64 constant; undefined when it is of another type, or no small one. */
export function int64Values(tensor: OnnxTensor): readonly bigint[] | undefined {
  if (tensor.dataType !== elementType.int64) return undefined;
  const { rawData, int64Data = [] } = tensor;
  if (rawData === undefined || rawData.byteLength === 0) {
    if (int64Data.length > valuesMax) return undefined;
    return int64Data.map((value) => BigInt(value.toString()));
  }
  if (rawData.byteLength % 8 !== 0 || rawData.byteLength > valuesMax * 8) return undefined;
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  return Array.from({ length: rawData.byteLength / 8 }, (_, index) =>
    view.getBigInt64(index * 8, true),
  );
}

/** The values of a small float32 constant in raw form; undefined otherwise. */
export function float32Values(tensor: OnnxTensor): readonly number[] | undefined {
  const { rawData } = tensor;
  if (tensor.dataType !== elementType.float32 || rawData === undefined) return undefined;
  if (rawData.byteLength % 4 !== 0 || rawData.byteLength > valuesMax * 4) return undefined;
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  return Array.from({ length: rawData.byteLength / 4 }, (_, index) =>
    view.getFloat32(index * 4, true),
  );
}

export function int64Tensor(
  name: string,
  dims: readonly number[],
  values: readonly bigint[],
): OnnxTensor {
  const rawData = new Uint8Array(values.length * 8);
  const view = new DataView(rawData.buffer);
  for (const [index, value] of values.entries()) view.setBigInt64(index * 8, value, true);
  return { name, dims, dataType: elementType.int64, rawData };
}

export function float32Tensor(
  name: string,
  dims: readonly number[],
  values: readonly number[],
): OnnxTensor {
  const rawData = new Uint8Array(values.length * 4);
  const view = new DataView(rawData.buffer);
  for (const [index, value] of values.entries()) view.setFloat32(index * 4, value, true);
  return { name, dims, dataType: elementType.float32, rawData };
}
