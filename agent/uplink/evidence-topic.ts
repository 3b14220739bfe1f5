/**
 * The topic of one part of a file: `…/evidence/{violation}/{revision}/{file}/{part}`.
 *
 * A part names its number and how many there are (`3of12`, from 1), and every part but the last has
 * `partBytes`: so its place and the file's size follow from the topic and the payload alone, also
 * where MQTT 3.1.1 or a bridge takes the user properties away. Whoever reads one reads an enemy's
 * words: every piece is bounded and none can leave the folder it names.
 */
import type { DeviceAddress } from "./topics.ts";

/** Of every part but the last; fixed within `v1`. On 32 kB/s one takes half a second. */
export const partBytes = 16 * 1024;
/** 64 MiB a file. */
export const partsMax = 4_096;
export const revisionMax = 9_999;

export interface PartAddress {
  readonly address: DeviceAddress;
  readonly violation: string;
  readonly revision: number;
  readonly file: string;
  /** From 1. */
  readonly part: number;
  readonly partCount: number;
}

export function partTopic(of: PartAddress): string {
  const { division, device } = of.address;
  const { violation, revision, file, part, partCount } = of;
  const place = `${violation}/${revision}/${file}/${part}of${partCount}`;
  return `kerbside/v1/${division}/${device}/evidence/${place}`;
}

export function partCountOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / partBytes));
}

/** No dot in front, no two in a row: it names no folder above and hides from nobody. */
export const evidenceFileName = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{0,63}$/;
export const evidenceViolation = /^[a-z0-9][a-z0-9-]{0,63}$/;

const pattern =
  /^kerbside\/v1\/(?<division>\d{6})\/(?<device>[A-Za-z0-9_-]{1,64})\/evidence\/(?<violation>[^/]+)\/(?<revision>[1-9]\d{0,3})\/(?<file>[^/]+)\/(?<part>[1-9]\d{0,3})of(?<partCount>[1-9]\d{0,3})$/;

/** Undefined when it is none of ours. */
export function parsePartTopic(topic: string): PartAddress | undefined {
  const { division, device, violation, file, ...numbers } = pattern.exec(topic)?.groups ?? {};
  if (division === undefined || device === undefined) return undefined;
  if (violation === undefined || !evidenceViolation.test(violation)) return undefined;
  if (file === undefined || !evidenceFileName.test(file)) return undefined;
  const [revision, part, partCount] = ["revision", "part", "partCount"].map((name) =>
    Number(numbers[name]),
  );
  if (revision === undefined || part === undefined || partCount === undefined) return undefined;
  if (part > partCount || partCount > partsMax) return undefined;
  return { address: { division, device }, violation, revision, file, part, partCount };
}
