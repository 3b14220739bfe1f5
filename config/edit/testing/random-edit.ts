/**
 * For tests: one edit as a person makes it in a form, drawn by a number: a zone comes, goes, is
 * moved, renamed, drawn anew, copied to another camera; rules and windows come, go and change.
 */
import { isObject, type JsonObject, type JsonValue } from "../json-value.ts";

/** The same number draws the same edit. */
export function randomEdit(config: JsonValue, seed: number): JsonObject {
  const draw = numbers(seed);
  const plain = structuredClone(isObject(config) ? config : {}) as Record<string, JsonValue>; // ours
  const cameras = maps(plain["cameras"]);
  const camera = pick(cameras, draw);
  if (camera === undefined) return plain;
  const zones = maps(camera["zones"]);
  const zone = pick(zones, draw);
  const rules = maps(zone?.["rules"]);
  const rule = pick(rules, draw);
  const edits: (() => void)[] = [
    () => void zones.splice(draw(zones.length + 1), 0, newZone(draw)),
    () => void zones.splice(draw(zones.length), 1),
    () => void zones.splice(draw(zones.length + 1), 0, ...zones.splice(draw(zones.length), 1)),
    () => put(zone, "id", `zone-${draw(1_000)}`),
    () => put(zone, "polygon", polygon(draw)),
    () => moveCorner(zone, draw),
    () => put(zone, "tags", ["school", "fire-lane"].slice(draw(2))),
    () => copyZone(zone, pick(cameras, draw), draw),
    () => void rules.splice(draw(rules.length + 1), 0, newRule(draw)),
    () => void rules.splice(draw(rules.length), 1),
    () => put(rule, "warnAfter", `${draw(50) + 1}m`),
    () => put(rule, "reportAfter", `${draw(50) + 1}m`),
    () => put(rule, "kind", kinds[draw(kinds.length)] ?? "street-vending"),
    () => put(rule, "allowed", windows(draw)),
    () => {
      if (rule !== undefined) delete rule["allowed"];
    },
    () => put(camera, "name", `# no comment: ${draw(100)}`),
    () => put(camera, "views", [{ id: "all", every: `${draw(9) + 1}s` }]),
  ];
  edits[draw(edits.length)]?.();
  camera["zones"] = zones;
  if (zone !== undefined && zone["rules"] !== undefined) zone["rules"] = rules;
  else if (zone !== undefined && rules.length > 0) zone["rules"] = rules;
  return plain;
}

type Draw = (below: number) => number;
type Loose = Record<string, JsonValue>;
const kinds = ["illegal-parking", "street-vending", "overflowing-bin", "unlicensed-signage"];

/** A small generator (mulberry32): edits must be the same on every machine. */
function numbers(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return below <= 0 ? 0 : ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function maps(value: JsonValue | undefined): Loose[] {
  return (Array.isArray(value) ? value : []).filter(isObject) as Loose[]; // of our own copy
}

function pick<Item>(items: readonly Item[], draw: Draw): Item | undefined {
  return items[draw(items.length)];
}

function put(target: Loose | undefined, key: string, value: JsonValue): void {
  if (target !== undefined) target[key] = value;
}

function polygon(draw: Draw): JsonValue {
  return Array.from({ length: 3 + draw(4) }, () => [draw(10_001) / 10_000, draw(101) / 100]);
}

function moveCorner(zone: Loose | undefined, draw: Draw): void {
  const corners = zone?.["polygon"];
  if (zone === undefined || !Array.isArray(corners)) return;
  const moved = [draw(10_001) / 10_000, draw(10_001) / 10_000];
  zone["polygon"] = (corners as JsonValue[]).with(draw(corners.length), moved);
}

function windows(draw: Draw): JsonValue {
  return Array.from({ length: draw(4) }, () => ({
    daily: `0${draw(10)}:00-1${draw(10)}:30`,
    ...(draw(2) === 0 ? {} : { days: ["workday", "restday"].slice(draw(2)) }),
  }));
}

function newRule(draw: Draw): Loose {
  return { kind: kinds[draw(kinds.length)] ?? "street-vending", warnAfter: `${draw(9) + 1}m` };
}

function newZone(draw: Draw): Loose {
  return { id: `zone-${draw(1_000)}`, polygon: polygon(draw), rules: [newRule(draw)] };
}

function copyZone(zone: Loose | undefined, to: Loose | undefined, draw: Draw): void {
  if (zone === undefined || to === undefined) return;
  const copy = { ...structuredClone(zone), id: `copy-${draw(1_000)}` };
  const list = to["zones"];
  to["zones"] = [...(Array.isArray(list) ? (list as JsonValue[]) : []), copy]; // isArray loses the type
}
