/** The JSON Schema of the configuration, as far as the generated documents look at it. */
type Scalar = string | number | boolean;

/** One node of the JSON Schema, with what our settings add to it. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly defaultText?: string;
  readonly form?: string;
  readonly examples?: readonly Scalar[];
  readonly const?: Scalar;
  readonly enum?: readonly Scalar[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly oneOf?: readonly SchemaNode[];
}
