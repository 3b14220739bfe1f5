/** Checks the zones of one camera: shape, the views that see them, their rules. */
import type { NormPolygon } from "../../pipelines/domain/geometry.ts";
import { printDuration } from "../duration.ts";
import { suggestion } from "../nearest.ts";
import { crossingEdges, isOnOneLine, polygonArea, shareInBox } from "../polygon-shape.ts";
import { ruleSettings, tagsWithHours, watchedBy } from "../rule-defaults.ts";
import type { CameraDocument, ViewDocument, ZoneDocument } from "../schema/camera.ts";
import type { RuleDocument } from "../schema/rule.ts";
import type { Path } from "../source-node.ts";
import { viewCrop, viewsOfZone, zonePolygon } from "../zone-view.ts";
import { type CheckContext, isWhole, pixelHint } from "./check-context.ts";

/** About 32 × 32 pixels of a full HD picture. */
const zoneAreaMin = 0.0005;
/** Less than this in every view, and things at the zone's edge are cut off too often. */
const zoneSeenShareMin = 0.5;

export function checkZones(
  context: CheckContext,
  cameraPath: Path,
  camera: CameraDocument,
  areCropsRight: boolean,
): void {
  const { report } = context;
  if (camera.zones.length === 0 && isWhole(context, [...cameraPath, "zones"])) {
    report.warn(cameraPath, `the camera "${camera.id}" has no zones: nothing is reported from it`);
  }
  for (const [index, zone] of camera.zones.entries()) {
    const path = [...cameraPath, "zones", index];
    const isPlaced = checkWithin(context, [...path, "within"], camera, zone);
    const isShaped = checkPolygon(context, [...path, "polygon"], camera.views, zone);
    const canJudgeViews =
      areCropsRight && isPlaced && isShaped && isWhole(context, [...cameraPath, "views"]);
    if (canJudgeViews) checkSeen(context, path, camera.views, zone);
    checkRuleSource(context, path, camera, zone);
    const viewEveryMs = canJudgeViews ? shortestEvery(camera.views, zone) : undefined;
    for (const [ruleIndex, rule] of (zone.rules ?? []).entries()) {
      const rulePath = [...path, "rules", ruleIndex];
      checkTimes(context, (key) => [...rulePath, key], zone, rule, viewEveryMs);
      checkUrgent(context, [...rulePath, "urgent"], zone, rule);
      checkOnce(context, rulePath, zone, ruleIndex);
      checkWindows(context, rulePath, rule);
      checkKind(context, rulePath, rule);
      checkEvidence(context, rulePath, rule);
    }
    const borrowed = camera.zones.find((other) => other.id === zone.rulesFrom)?.rules ?? [];
    for (const rule of borrowed) {
      checkTimes(context, () => [...path, "rulesFrom"], zone, rule, viewEveryMs);
    }
  }
}

function checkWithin(
  context: CheckContext,
  path: Path,
  camera: CameraDocument,
  { within }: ZoneDocument,
): boolean {
  if (within === undefined || camera.views.some((view) => view.id === within)) return true;
  if (!isWhole(context, [...path.slice(0, 2), "views"])) return false;
  const names = camera.views.map((view) => view.id);
  const hint = suggestion(within, names) || `, views of this camera: ${names.join(", ")}`;
  context.report.error(path, `unknown view "${within}"${hint}`);
  return false;
}

function checkPolygon(
  { report }: CheckContext,
  path: Path,
  views: readonly ViewDocument[],
  zone: ZoneDocument,
): boolean {
  let isInside = true;
  for (const [index, [x, y]] of zone.polygon.entries()) {
    if (x >= 0 && x <= 1 && y >= 0 && y <= 1) continue;
    isInside = false;
    const hint = x > 2 || y > 2 ? pixelHint : "";
    report.error(
      [...path, index],
      `the point [${x}, ${y}] of the zone "${zone.id}" lies outside ${zone.within === undefined ? "the picture" : `the view "${zone.within}"`}: both numbers are 0 to 1${hint}`,
    );
  }
  if (!isInside) return false;
  const polygon = zonePolygon(views, zone);
  if (polygon.length < zone.polygon.length) {
    report.warn(
      path,
      `the zone "${zone.id}" repeats a point: the outline closes by itself, leave the repetition out`,
    );
  }
  return checkShape(report, path, zone, polygon);
}

function checkShape(
  report: CheckContext["report"],
  path: Path,
  zone: ZoneDocument,
  polygon: NormPolygon,
): boolean {
  if (polygon.length < 3) {
    report.error(path, `the zone "${zone.id}" has fewer than 3 different points`);
    return false;
  }
  if (isOnOneLine(polygon)) {
    report.error(path, `all points of the zone "${zone.id}" lie on one line`);
    return false;
  }
  const crossing = crossingEdges(polygon);
  if (crossing !== undefined) {
    const [first, second] = crossing.map((corner) => corner + 1);
    report.error(
      path,
      `the outline of the zone "${zone.id}" crosses itself: the edges that begin at point ${first} and at point ${second} meet`,
    );
    return false;
  }
  const area = polygonArea(polygon);
  if (area < zoneAreaMin) {
    report.error(
      path,
      `the zone "${zone.id}" is too small: ${percent(area)} of the picture, expected at least ${percent(zoneAreaMin)}`,
    );
    return false;
  }
  return true;
}

function checkSeen(
  { report }: CheckContext,
  path: Path,
  views: readonly ViewDocument[],
  zone: ZoneDocument,
): void {
  const polygon = zonePolygon(views, zone);
  const shares = views.map((view) => shareInBox(polygon, viewCrop(view)));
  const best = Math.max(0, ...shares);
  const names = views.map((view) => view.id).join(", ");
  if (best === 0) {
    report.error(path, `no view sees the zone "${zone.id}": it lies outside the crops of ${names}`);
  } else if (best < zoneSeenShareMin) {
    report.warn(
      path,
      `only ${percent(best)} of the zone "${zone.id}" lies in a view: the rest is not looked at`,
    );
  }
}

function checkRuleSource(
  context: CheckContext,
  path: Path,
  camera: CameraDocument,
  zone: ZoneDocument,
): void {
  const { report } = context;
  if (zone.rules !== undefined && zone.rulesFrom !== undefined) {
    report.error(
      [...path, "rulesFrom"],
      `the zone "${zone.id}" has both "rules" and "rulesFrom": expected one of them`,
    );
    return;
  }
  if (zone.rulesFrom === undefined) {
    const isEmpty = (zone.rules ?? []).length === 0;
    if (
      isEmpty &&
      isWhole(context, [...path, "rules"]) &&
      isWhole(context, [...path, "rulesFrom"])
    ) {
      report.warn(path, `the zone "${zone.id}" has no rules: nothing is reported from it`);
    }
    return;
  }
  if (zone.rulesFrom === zone.id) {
    report.error([...path, "rulesFrom"], `the zone "${zone.id}" takes its rules from itself`);
    return;
  }
  const names = camera.zones.map((other) => other.id).filter((name) => name !== zone.id);
  const source = camera.zones.find((other) => other.id === zone.rulesFrom && other !== zone);
  if (source === undefined) {
    if (!isWhole(context, path.slice(0, -1))) return;
    const known = names.length === 0 ? "" : `, zones of this camera: ${names.join(", ")}`;
    const hint = suggestion(zone.rulesFrom, names) || known;
    report.error([...path, "rulesFrom"], `unknown zone "${zone.rulesFrom}"${hint}`);
  } else if (source.rulesFrom !== undefined) {
    report.error(
      [...path, "rulesFrom"],
      `the zone "${source.id}" has no rules of its own: expected a zone with "rules"`,
    );
  }
}

/** Defaults depend on the zone's tags, so a borrowed rule may be right there and wrong here. */
function checkTimes(
  { report }: CheckContext,
  pathOf: (key: "warnAfter" | "reportAfter" | "every") => Path,
  zone: ZoneDocument,
  rule: RuleDocument,
  viewEveryMs: number | undefined,
): void {
  const settings = ruleSettings(rule, zone.tags, viewEveryMs ?? 0);
  const ofOthers = Object.entries(settings.timesOf ?? {});
  const times = [["", settings] as const, ...ofOthers];
  const wrong = times.find(([, of]) => of.warnAfterMs > of.reportAfterMs);
  if (wrong !== undefined) {
    const [subKind, { warnAfterMs, reportAfterMs }] = wrong;
    const whose = subKind === "" ? "" : ` of ${subKind}`;
    const ofDefault = (value: unknown): string => (value === undefined ? ", the default" : "");
    report.error(
      pathOf(rule.warnAfter === undefined ? "reportAfter" : "warnAfter"),
      `warnAfter${whose} (${printDuration(warnAfterMs)}${ofDefault(rule.warnAfter)}) is longer than reportAfter (${printDuration(reportAfterMs)}${ofDefault(rule.reportAfter)})`,
    );
  }
  if (rule.every !== undefined && viewEveryMs !== undefined && rule.every < viewEveryMs) {
    report.error(
      pathOf("every"),
      `the rule wants a look every ${printDuration(rule.every)}, and its view looks every ${printDuration(viewEveryMs)}: raise the one or lower the other`,
    );
  }
}

/** Its times count in the hours of a tag, so without such a tag they never would. */
function checkUrgent(
  { report }: CheckContext,
  path: Path,
  zone: ZoneDocument,
  rule: RuleDocument,
): void {
  if (rule.urgent === undefined) return;
  const settings = ruleSettings(rule, zone.tags, 0);
  if (settings.urgent === undefined) {
    report.error(
      path,
      `the zone "${zone.id}" has no tag that these times belong to: expected ${tagsWithHours.join(" or ")} in "tags"`,
    );
    return;
  }
  const { times, timesOf = {} } = settings.urgent;
  const wrong = [times, ...Object.values(timesOf)].find(
    ({ warnAfterMs, reportAfterMs }) => warnAfterMs > reportAfterMs,
  );
  if (wrong === undefined) return;
  report.error(
    path,
    `warnAfter (${printDuration(wrong.warnAfterMs)}) is longer than reportAfter (${printDuration(wrong.reportAfterMs)}) in the hours of the tag`,
  );
}

/** Two rules for the same sub-kind in one zone could only contradict each other. */
function checkOnce(
  { report }: CheckContext,
  path: Path,
  { id, rules = [] }: ZoneDocument,
  index: number,
): void {
  const rule = rules[index];
  if (rule === undefined) return;
  const watched = watchedBy(rule);
  const before = rules.slice(0, index).filter(({ kind }) => kind === rule.kind);
  const twice = watched.find((subKind) =>
    before.some((other) => watchedBy(other).includes(subKind)),
  );
  if (twice === undefined) return;
  report.error(
    [...path, "kind"],
    `the zone "${id}" has another rule that watches for ${twice}: say with "of" what each one watches for`,
  );
}

function checkKind({ report, kindsRun }: CheckContext, path: Path, { kind }: RuleDocument): void {
  if (kindsRun.includes(kind)) return;
  report.warn(
    [...path, "kind"],
    `this version does not run rules of the kind ${kind} yet: the rule is ignored`,
  );
}

function checkEvidence(
  { report, document }: CheckContext,
  path: Path,
  { evidence }: RuleDocument,
): void {
  if (evidence.require === "none") return;
  const { pictures, site } = document.evidence;
  const lacks = [
    ...(pictures ? [] : ["evidence.pictures is false"]),
    ...(["published", "legalReview", "technicalReview"] as const)
      .filter((key) => site[key] === undefined)
      .map((key) => `evidence.site.${key} is not named`),
    ...(document.regions === undefined ? ["no map is named in regions"] : []),
  ];
  if (lacks.length === 0) return;
  report.warn(
    [...path, "evidence", "require"],
    `no evidence is ever complete, so nothing is reported by this rule: ${lacks.join(", ")}`,
  );
}

function checkWindows({ report }: CheckContext, path: Path, rule: RuleDocument): void {
  for (const [index, window] of rule.allowed.entries()) {
    const { from, to } = window;
    if (from !== undefined && to !== undefined && from > to) {
      report.error(
        [...path, "allowed", index, "from"],
        `the window begins on ${from} and ends before, on ${to}`,
      );
    }
  }
}

function shortestEvery(views: readonly ViewDocument[], zone: ZoneDocument): number | undefined {
  const seeing = viewsOfZone(views, zone);
  return seeing.length === 0 ? undefined : Math.min(...seeing.map((view) => view.every));
}

function percent(share: number): string {
  const value = share * 100;
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)} %`;
}
