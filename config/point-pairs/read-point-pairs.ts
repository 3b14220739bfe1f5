/**
 * Reads the file of an installer's point pairs, YAML or JSON; every fault with line and column, all
 * at once. Points of a commercial Chinese map become WGS 84 where the file says that they are.
 */
import type { PointPair } from "../../calibration/calibrate.ts";
import type { Lens } from "../../calibration/fit.ts";
import { gcj02ToWgs84, type LonLat } from "../../calibration/gcj02.ts";
import type { Mount } from "../../calibration/mount.ts";
import { type Finding, findingAt, inReadingOrder } from "../finding.ts";
import { findingsOf, runSchema } from "../parse-document.ts";
import { readYaml } from "../read-yaml.ts";
import { placeAt } from "../source-node.ts";
import { type PointPairsDocument, pointPairsSchema } from "./point-pairs-schema.ts";

export interface PointPairsFile {
  /** As messages name it. */
  readonly name: string;
  readonly folder: string;
  readonly bytes: Uint8Array;
}

/** All places in WGS 84. */
export interface WrittenPairs {
  readonly camera: string | undefined;
  readonly picture: readonly [width: number, height: number];
  readonly lens: Lens;
  readonly mapErrorMetres: number;
  readonly pairs: readonly PointPair[];
  /** Instead of pairs. */
  readonly mount: Mount | undefined;
}

export function readPointPairs({ name, folder, bytes }: PointPairsFile): {
  /** Undefined when anything is wrong. */
  readonly written: WrittenPairs | undefined;
  readonly errors: readonly Finding[];
} {
  const errors: Finding[] = [];
  const tree = readYaml({ name, folder }, bytes, (finding) => void errors.push(finding));
  if (tree === undefined || errors.length > 0) {
    return { written: undefined, errors: inReadingOrder(errors) };
  }
  const { document, issues } = runSchema(pointPairsSchema, tree);
  errors.push(...issues.flatMap((issue) => findingsOf(issue, tree)));
  if (
    document !== undefined &&
    (document.points === undefined) === (document.mount === undefined)
  ) {
    errors.push(findingAt(placeAt(tree, []), "", 'expected either "points" or "mount"'));
  }
  if (document === undefined || errors.length > 0) {
    return { written: undefined, errors: inReadingOrder(errors) };
  }
  return { written: writtenIn(document), errors: [] };
}

function writtenIn(document: PointPairsDocument): WrittenPairs {
  const { camera, picture, datum, points = [], mount, mapErrorMetres } = document;
  const earth = (location: LonLat) => (datum === "gcj02" ? gcj02ToWgs84(location) : location);
  return {
    camera,
    picture,
    lens: lensOf(document.lens),
    mapErrorMetres,
    pairs: points.map((point) => ({
      picture: point.at,
      location: earth(point.location),
      note: point.note,
      pictureErrorPx: point.pictureErrorPx ?? document.pictureErrorPx,
      groundErrorMetres: point.groundErrorMetres ?? document.groundErrorMetres,
    })),
    mount: mount && mountOf(mount, earth(mount.location)),
  };
}

function lensOf(lens: PointPairsDocument["lens"]): Lens {
  if (typeof lens === "object") return { k: [lens.k1, lens.k2], freeCount: 0 };
  const freeCount = { none: 0, estimate: 1, "estimate-two": 2 } as const;
  return { k: [0, 0], freeCount: freeCount[lens] };
}

function mountOf(mount: NonNullable<PointPairsDocument["mount"]>, location: LonLat): Mount {
  const { errors } = mount;
  return {
    location,
    locationErrorMetres: errors.locationMetres,
    heightMetres: { value: mount.heightMetres, error: errors.heightMetres },
    pitchDegrees: { value: mount.pitchDegrees, error: errors.pitchDegrees },
    headingDegrees: { value: mount.headingDegrees, error: errors.headingDegrees },
    rollDegrees: { value: mount.rollDegrees, error: errors.rollDegrees },
    fieldOfViewDegrees: { value: mount.fieldOfViewDegrees, error: errors.fieldOfViewDegrees },
  };
}
