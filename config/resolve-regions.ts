/**
 * The city's map that a configuration names: read, checked, and made ready for look-ups.
 *
 * Several files are one map. Its version is the hash of what stands in them, so an event's map can
 * be found again.
 */
import { createHash } from "node:crypto";
import { isAbsolute, resolve } from "node:path";
import { readRegions } from "../calibration/regions/read-regions.ts";
import type { RegionData } from "../calibration/regions/region.ts";
import { RegionMap } from "../calibration/regions/region-map.ts";
import { type CheckContext, soundScalar } from "./checks/check-context.ts";
import { tryRead } from "./file-access.ts";
import type { Path } from "./source-node.ts";

/** Undefined when none is named or it is wrong; the latter is reported. */
export function resolveRegions(context: CheckContext): RegionMap | undefined {
  const { regions: written, device } = context.document;
  if (written === undefined) return undefined;
  const paths: readonly Path[] = Array.isArray(written)
    ? written.map((_, index) => ["regions", index])
    : [["regions"]];
  const hash = createHash("sha256");
  const parts: RegionData[] = [];
  for (const path of paths) {
    const part = readPart(context, path, hash);
    if (part !== undefined) parts.push(part);
  }
  if (parts.length < paths.length) return undefined;
  const regions = parts.flatMap((part) => part.regions);
  const codes = new Set<string>();
  const twice = regions.find(({ code }) => codes.size === codes.add(code).size);
  if (twice !== undefined) {
    context.report.error(["regions"], `${twice.code} stands in more than one of the files`);
    return undefined;
  }
  const places = parts.flatMap((part) => part.places);
  if (regions.length > 0 && !regions.some(({ code }) => code.startsWith(device.division))) {
    context.report.warn(
      ["regions"],
      `no region lies in the division ${device.division}: is it the map of another city?`,
    );
  }
  return new RegionMap({ regions, places }, hash.digest("hex").slice(0, 12));
}

function readPart(
  context: CheckContext,
  path: Path,
  hash: ReturnType<typeof createHash>,
): RegionData | undefined {
  const { report, readFile } = context;
  const node = soundScalar(context, path);
  if (node === undefined || typeof node.value !== "string") return undefined;
  const name = node.value;
  const file = tryRead(
    readFile,
    isAbsolute(name) ? name : resolve(node.place.folder, name),
    "regions",
  );
  if (!file.ok) {
    report.error(path, `the file ${name} ${file.reason}`);
    return undefined;
  }
  const json = jsonOf(file.bytes);
  if (json === undefined) {
    report.error(path, `the file ${name} is not JSON`);
    return undefined;
  }
  hash.update(createHash("sha256").update(file.bytes).digest());
  const { faults, ...data } = readRegions(json);
  for (const fault of faults) report.error(path, `${name}: ${fault}`);
  return faults.length === 0 ? data : undefined;
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
