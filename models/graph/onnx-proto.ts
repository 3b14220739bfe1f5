/**
 * The part of ONNX's protobuf format that preparation reads and changes.
 *
 * Only these fields are named; all others (weights in other encodings, metadata, fields of later
 * versions) are kept as the bytes they came in and written back, so nothing is lost on the way.
 * Field numbers are ONNX's own and never change.
 */
import protobuf from "protobufjs";
import { GraphError } from "./graph-error.ts";

/** A 64-bit number as the protobuf library gives it: an object that prints its decimal digits. */
export type Int64 = number | { toString(): string };

export interface OnnxTensor {
  dims: readonly Int64[];
  dataType: number;
  int64Data?: readonly Int64[];
  name?: string;
  rawData?: Uint8Array;
  /** 1: the values are in another file. */
  dataLocation?: number;
  /** Which one: only looked at for being there. */
  externalData?: readonly unknown[];
}

export interface OnnxSparseTensor {
  values?: OnnxTensor;
  indices?: OnnxTensor;
}

export interface OnnxAttribute {
  name: string;
  type?: number;
  i?: Int64;
  ints?: readonly Int64[];
  t?: OnnxTensor;
  g?: OnnxGraph;
  tensors?: readonly OnnxTensor[];
  graphs?: readonly OnnxGraph[];
  sparseTensor?: OnnxSparseTensor;
  sparseTensors?: readonly OnnxSparseTensor[];
}

export interface OnnxNode {
  input: readonly string[];
  output: readonly string[];
  name?: string;
  opType: string;
  domain?: string;
  attribute?: readonly OnnxAttribute[];
}

export interface OnnxDimension {
  dimValue?: Int64;
  dimParam?: string;
}

export interface OnnxValue {
  name: string;
  /** Null here and below: the file says nothing. */
  type: null | {
    tensorType?: null | { elemType: number; shape?: null | { dim: readonly OnnxDimension[] } };
  };
}

export interface OnnxGraph {
  node: readonly OnnxNode[];
  name?: string;
  initializer: readonly OnnxTensor[];
  sparseInitializer?: readonly OnnxSparseTensor[];
  input: readonly OnnxValue[];
  output: readonly OnnxValue[];
  valueInfo: readonly OnnxValue[];
}

export interface OnnxFunction {
  attributeProto?: readonly OnnxAttribute[];
  node?: readonly OnnxNode[];
}

export interface OnnxModel {
  graph: OnnxGraph;
  opsetImport: readonly { readonly domain?: string; readonly version: Int64 }[];
  functions?: readonly OnnxFunction[];
}

/** ONNX's numbers of element types. */
export const elementType = { float32: 1, uint8: 2, int64: 7 } as const;
/** ONNX's numbers of attribute types. */
export const attributeType = { int: 2 } as const;

const messages = {
  ModelProto: {
    graph: field(7, "GraphProto"),
    opsetImport: list(8, "OperatorSetIdProto"),
    functions: list(25, "FunctionProto"),
  },
  FunctionProto: { node: list(7, "NodeProto"), attributeProto: list(11, "AttributeProto") },
  OperatorSetIdProto: { domain: field(1, "string"), version: field(2, "int64") },
  GraphProto: {
    node: list(1, "NodeProto"),
    name: field(2, "string"),
    initializer: list(5, "TensorProto"),
    input: list(11, "ValueInfoProto"),
    output: list(12, "ValueInfoProto"),
    valueInfo: list(13, "ValueInfoProto"),
    sparseInitializer: list(15, "SparseTensorProto"),
  },
  SparseTensorProto: { values: field(1, "TensorProto"), indices: field(2, "TensorProto") },
  NodeProto: {
    input: list(1, "string"),
    output: list(2, "string"),
    name: field(3, "string"),
    opType: field(4, "string"),
    attribute: list(5, "AttributeProto"),
    domain: field(7, "string"),
  },
  AttributeProto: {
    name: field(1, "string"),
    i: field(3, "int64"),
    t: field(5, "TensorProto"),
    g: field(6, "GraphProto"),
    ints: list(8, "int64"),
    tensors: list(10, "TensorProto"),
    graphs: list(11, "GraphProto"),
    type: field(20, "int32"),
    sparseTensor: field(22, "SparseTensorProto"),
    sparseTensors: list(23, "SparseTensorProto"),
  },
  TensorProto: {
    dims: list(1, "int64"),
    dataType: field(2, "int32"),
    int64Data: { ...list(7, "int64"), options: { packed: true } },
    name: field(8, "string"),
    rawData: field(9, "bytes"),
    externalData: list(13, "StringEntry"),
    dataLocation: field(14, "int32"),
  },
  StringEntry: { key: field(1, "string"), value: field(2, "string") },
  ValueInfoProto: { name: field(1, "string"), type: field(2, "TypeProto") },
  TypeProto: { tensorType: field(1, "TensorTypeProto") },
  TensorTypeProto: { elemType: field(1, "int32"), shape: field(2, "TensorShapeProto") },
  TensorShapeProto: { dim: list(1, "DimensionProto") },
  DimensionProto: { dimValue: field(1, "int64"), dimParam: field(2, "string") },
};

function field(id: number, type: string) {
  return { id, type };
}

function list(id: number, type: string) {
  return { id, type, rule: "repeated" };
}

/** proto2 rules: a field that is there stays there, also when it holds its default. */
const modelType = protobuf.Root.fromJSON({
  options: { edition: "proto2" },
  nested: Object.fromEntries(Object.entries(messages).map(([name, fields]) => [name, { fields }])),
}).lookupType("ModelProto");

export function decodeOnnx(bytes: Uint8Array): OnnxModel {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = false;
  try {
    const model = modelType.decode(reader) as unknown as OnnxModel; // described by `messages`
    if (!Object.hasOwn(model, "graph")) throw new GraphError("the file holds no graph");
    return model;
  } catch (error) {
    if (error instanceof GraphError) throw error;
    throw new GraphError("the file is not an ONNX model", { cause: error });
  }
}

export function encodeOnnx(model: OnnxModel): Uint8Array {
  return modelType.encode(model).finish();
}
