/**
 * Reads a permit list, CSV by its name or YAML, into one version of the register; every fault with
 * line and column, all at once.
 */
import { createHash } from "node:crypto";
import type { Permit, PermitRegister } from "../../pipelines/domain/permit.ts";
import { decodeText } from "../decode-text.ts";
import { type Finding, findingAt, inReadingOrder } from "../finding.ts";
import { findingsOf, runSchema } from "../parse-document.ts";
import { readYaml } from "../read-yaml.ts";
import { childOf, type Path, placeAt, printPath, type SourceNode } from "../source-node.ts";
import { csvTree } from "./csv-tree.ts";
import { permitColumns, permitListSchema, permitOfRow } from "./permit-rows.ts";

export interface PermitFile {
  /** As messages name it; `.csv` is read as CSV, everything else as YAML. */
  readonly name: string;
  readonly folder: string;
  readonly bytes: Uint8Array;
}

export interface ReadPermits {
  /** Undefined when anything is wrong. */
  readonly register: PermitRegister | undefined;
  /** Where each permit stands in the file. */
  readonly places: readonly Pick<Finding, "file" | "line" | "column">[];
  readonly errors: readonly Finding[];
}

export function readPermits(file: PermitFile): ReadPermits {
  const errors: Finding[] = [];
  const nothing = (): ReadPermits => ({
    register: undefined,
    places: [],
    errors: inReadingOrder(errors),
  });
  const tree = treeOf(file, errors);
  if (tree === undefined || errors.length > 0) return nothing();
  const { document, issues } = runSchema(permitListSchema, tree);
  const written = issues.map((issue) => ({ ...issue, path: writtenPath(tree, issue.path) }));
  errors.push(...written.flatMap((issue) => findingsOf(issue, tree)));
  if (document === undefined) return nothing();
  const permits: Permit[] = [];
  const places: ReadPermits["places"][number][] = [];
  for (const [index, row] of document.permits.entries()) {
    const path = ["permits", index];
    const permit = permitOfRow(row, (key, message) => {
      const at = [...path, ...key];
      errors.push(findingAt(placeAt(tree, at), printPath(tree, at), message));
    });
    if (permit === undefined) continue;
    permits.push(permit);
    places.push(placeAt(tree, path));
  }
  if (errors.length > 0) return nothing();
  const hash = createHash("sha256").update(JSON.stringify(permits)).digest("hex");
  const version = document.version ?? hash.slice(0, 12);
  return { register: { version, hash, permits }, places, errors };
}

/** A cell that holds a list is one thing to the person who wrote it. */
function writtenPath(tree: SourceNode, path: Path): Path {
  let node: SourceNode | undefined = tree;
  for (const [index, key] of path.entries()) {
    if (node?.type === "scalar") return path.slice(0, index);
    node = node === undefined ? undefined : childOf(node, key);
  }
  return path;
}

function treeOf({ name, folder, bytes }: PermitFile, errors: Finding[]): SourceNode | undefined {
  const report = (finding: Finding) => void errors.push(finding);
  if (!name.toLowerCase().endsWith(".csv")) return readYaml({ name, folder }, bytes, report);
  const text = decodeText(bytes);
  if (typeof text === "string") {
    return csvTree({ name, folder, text }, "permits", permitColumns, report);
  }
  report(findingAt({ file: name, folder, ...text.place }, "", text.message));
  return undefined;
}
