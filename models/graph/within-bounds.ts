/**
 * A graph keeps to itself and to a size: nothing in it, however deep, lies in another file, and no
 * operator loads one.
 *
 * The runtime reads what a tensor names, from the folder that the agent runs in, whatever the file
 * is; so every place that can hold a tensor is looked at: graphs in graphs, functions, attributes.
 */
import { GraphError } from "./graph-error.ts";
import type {
  OnnxAttribute,
  OnnxGraph,
  OnnxModel,
  OnnxNode,
  OnnxSparseTensor,
  OnnxTensor,
} from "./onnx-proto.ts";

/** Detectors have some hundreds. */
const nodesMax = 50_000;
/** Graphs in graphs: branches and loops. */
const depthMax = 8;

/** Operators that stand for a compiled graph, which may be a file. */
const outsideOps: ReadonlySet<string> = new Set(["EPContext", "PyOp"]);

export function checkWithin({ graph, functions = [] }: OnnxModel): void {
  const check = new WithinCheck();
  check.graph(graph, 0);
  for (const { node = [], attributeProto = [] } of functions) {
    check.nodes(node, 0);
    for (const attribute of attributeProto) check.attribute(attribute, 0);
  }
}

class WithinCheck {
  #nodeCount = 0;

  graph({ node, initializer, sparseInitializer = [] }: OnnxGraph, depth: number): void {
    if (depth > depthMax) throw new GraphError(`graphs lie in graphs, ${depthMax} deep and more`);
    for (const tensor of initializer) checkTensor(tensor);
    for (const tensor of sparseInitializer) checkSparse(tensor);
    this.nodes(node, depth);
  }

  nodes(nodes: readonly OnnxNode[], depth: number): void {
    this.#nodeCount += nodes.length;
    if (this.#nodeCount > nodesMax) {
      throw new GraphError(`the graph has more than ${nodesMax} operators`);
    }
    for (const { opType, attribute = [] } of nodes) {
      if (outsideOps.has(opType)) {
        throw new GraphError(`the operator ${opType} stands for something outside of the graph`);
      }
      for (const each of attribute) this.attribute(each, depth);
    }
  }

  attribute(attribute: OnnxAttribute, depth: number): void {
    const { t, g, tensors = [], graphs = [], sparseTensor, sparseTensors = [] } = attribute;
    for (const tensor of t ? [t, ...tensors] : tensors) checkTensor(tensor);
    for (const tensor of sparseTensor ? [sparseTensor, ...sparseTensors] : sparseTensors) {
      checkSparse(tensor);
    }
    for (const graph of g ? [g, ...graphs] : graphs) this.graph(graph, depth + 1);
  }
}

function checkSparse({ values, indices }: OnnxSparseTensor): void {
  if (values) checkTensor(values);
  if (indices) checkTensor(indices);
}

function checkTensor({ name, dataLocation = 0, externalData = [] }: OnnxTensor): void {
  if (dataLocation === 0 && externalData.length === 0) return;
  throw new GraphError(`the values of ${name || "a tensor"} are in another file than the graph`);
}
