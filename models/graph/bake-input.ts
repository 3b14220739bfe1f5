/**
 * Puts conversion and normalisation in front of a graph, so that workers feed bytes.
 *
 * A picture goes in as the decoder wrote it, uint8 [N, 3, H, W]: a quarter of the memory to copy,
 * and no loop over pixels in JavaScript. The nodes produce the value that the graph's old input
 * was called, so nothing behind them changes.
 */
import { type Manifest, preparedInputName } from "../manifest.ts";
import { float32Tensor, int64Tensor } from "./constants.ts";
import {
  attributeType,
  elementType,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from "./onnx-proto.ts";

export function bakePictureInput(
  graph: OnnxGraph,
  input: Manifest["input"],
  batchName: string,
): OnnxGraph {
  const steps: { opType: string; constant: OnnxTensor }[] = [];
  if (input.divideBy !== 1) steps.push(step("Div", "divide-by", [input.divideBy]));
  if (input.mean.some((value) => value !== 0)) steps.push(step("Sub", "mean", input.mean));
  if (input.std.some((value) => value !== 1)) steps.push(step("Div", "std", input.std));

  const last = steps.length;
  const valueName = (index: number) => (index === last ? input.name : `kerbside/pixels/${index}`);
  const cast: OnnxNode = {
    opType: "Cast",
    name: "kerbside/pixels",
    input: [preparedInputName],
    output: [valueName(0)],
    attribute: [{ name: "to", type: attributeType.int, i: elementType.float32 }],
  };
  const nodes = steps.map(({ opType, constant }, index) => ({
    opType,
    name: `${constant.name}/apply`,
    input: [valueName(index), constant.name ?? ""],
    output: [valueName(index + 1)],
  }));
  return Object.assign(takeBytes(graph, input, batchName), {
    node: [cast, ...nodes, ...graph.node],
    initializer: [...graph.initializer, ...steps.map(({ constant }) => constant)],
  });
}

/** Says of the picture input that it takes bytes, in any batch. */
export function takeBytes(
  graph: OnnxGraph,
  input: Manifest["input"],
  batchName: string,
): OnnxGraph {
  return Object.assign(graph, {
    input: graph.input.map((value) =>
      value.name === input.name ? pictureValue(input, batchName) : value,
    ),
  });
}

/** Makes the second input a constant: every picture wants its boxes in input pixels. */
export function bakeSizeInput(
  graph: OnnxGraph,
  input: Manifest["input"],
  sizeInputName: string,
): OnnxGraph {
  const own = (name: string) => `kerbside/size/${name}`;
  const initializer = [
    int64Tensor(own("one"), [1, 2], [BigInt(input.width), BigInt(input.height)]),
    int64Tensor(own("zero"), [1], [0n]),
    int64Tensor(own("two"), [1], [2n]),
  ];
  const node: OnnxNode[] = [
    { opType: "Shape", input: [preparedInputName], output: [own("picture-shape")] },
    { opType: "Gather", input: [own("picture-shape"), own("zero")], output: [own("batch")] },
    {
      opType: "Concat",
      input: [own("batch"), own("two")],
      output: [own("shape")],
      attribute: [{ name: "axis", type: attributeType.int, i: 0 }],
    },
    { opType: "Expand", input: [own("one"), own("shape")], output: [sizeInputName] },
  ];
  return Object.assign(graph, {
    node: [...node, ...graph.node],
    initializer: [...graph.initializer, ...initializer],
    input: graph.input.filter(({ name }) => name !== sizeInputName),
  });
}

function step(opType: string, name: string, values: readonly number[]) {
  const dims = values.length === 1 ? [1] : [1, values.length, 1, 1];
  return { opType, constant: float32Tensor(`kerbside/pixels/${name}`, dims, values) };
}

function pictureValue(input: Manifest["input"], batchName: string): OnnxValue {
  const dim = [
    { dimParam: batchName },
    { dimValue: 3 },
    { dimValue: input.height },
    { dimValue: input.width },
  ];
  return {
    name: preparedInputName,
    type: { tensorType: { elemType: elementType.uint8, shape: { dim } } },
  };
}
