/** What every check beyond types is given. A check reports; it never throws and changes nothing. */
import type { Kind } from "../../pipelines/domain/kind.ts";
import type { ReadFile } from "../file-access.ts";
import type { Report } from "../finding.ts";
import type { ConfigDocument } from "../schema.ts";
import { isWholeAt, nodeAt, type Path, type ScalarNode, type SourceNode } from "../source-node.ts";

export interface CheckContext {
  readonly document: ConfigDocument;
  readonly tree: SourceNode;
  readonly report: Report;
  readonly readFile: ReadFile;
  readonly nowMs: number;
  /** Names of the detectors that are known here. */
  readonly models: readonly string[];
  readonly kindsRun: readonly Kind[];
  /** `check` refuses a year without data; a running or restarting agent goes on. */
  readonly missingCalendarYear: "error" | "warning";
}

/** False where something of the wrong type was cut out: what depends on it is not judged. */
export function isWhole({ tree }: CheckContext, path: Path): boolean {
  return isWholeAt(tree, path);
}

/** The written value, unless there is none or its fault has been reported already. */
export function soundScalar(context: CheckContext, path: Path): ScalarNode | undefined {
  const node = nodeAt(context.tree, path);
  return node?.type === "scalar" && node.isBroken !== true ? node : undefined;
}

/** Behind numbers that look like pixels. */
export const pixelHint = " (pixels? divide by the picture's width and height)";
