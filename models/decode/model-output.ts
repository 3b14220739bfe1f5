/**
 * What a session returned, as decoders take it: typed arrays with their dimensions.
 *
 * A runtime's tensors fit as they are. The shape is checked once a batch, here; behind it nobody
 * checks again. A shape that does not fit is a bug in the manifest or the graph, not in the world.
 */
export interface ModelOutput {
  readonly data: unknown;
  readonly dims: readonly number[];
}

export type ModelOutputs = Readonly<Record<string, ModelOutput>>;

/** Values of one picture of the batch; `shape` is what follows the batch dimension. */
export function float32Row(
  outputs: ModelOutputs,
  name: string,
  batchIndex: number,
  shape: readonly (number | "any")[],
): Float32Array {
  const { data } = checked(outputs, name, batchIndex, shape);
  if (!(data instanceof Float32Array)) throw new TypeError(`output ${name} is not float32`);
  return rowOf(data, outputs[name]?.dims ?? [], batchIndex);
}

export function int64Row(
  outputs: ModelOutputs,
  name: string,
  batchIndex: number,
  shape: readonly (number | "any")[],
): BigInt64Array {
  const { data } = checked(outputs, name, batchIndex, shape);
  if (!(data instanceof BigInt64Array)) throw new TypeError(`output ${name} is not int64`);
  return rowOf(data, outputs[name]?.dims ?? [], batchIndex);
}

function checked(
  outputs: ModelOutputs,
  name: string,
  batchIndex: number,
  shape: readonly (number | "any")[],
): ModelOutput {
  // A manifest may call it `constructor`.
  const output = Object.hasOwn(outputs, name) ? outputs[name] : undefined;
  if (output === undefined) {
    throw new TypeError(`no output ${name} among ${Object.keys(outputs).join(", ")}`);
  }
  const [batchSize = 0, ...rest] = output.dims;
  const fits =
    rest.length === shape.length &&
    rest.every((size, index) => shape[index] === "any" || shape[index] === size);
  if (!fits || batchIndex < 0 || batchIndex >= batchSize) {
    throw new RangeError(
      `output ${name} is [${output.dims.join(", ")}], ` +
        `expected [above ${batchIndex}, ${shape.join(", ")}]`,
    );
  }
  return output;
}

function rowOf<Values extends Float32Array | BigInt64Array>(
  data: Values,
  dims: readonly number[],
  batchIndex: number,
): Values {
  const size = dims.slice(1).reduce((product, dim) => product * dim, 1);
  return data.subarray(batchIndex * size, (batchIndex + 1) * size) as Values; // subarray keeps the type
}
