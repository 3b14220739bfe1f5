/**
 * Which item of a list became which: by name, by content, by what it watches for, by place.
 *
 * A zone that was renamed or drawn anew is the same zone, and its comments stay with it; one that
 * went and another that came are two.
 */
import { isObject, isSameValue, type JsonValue } from "./json-value.ts";

/** For each new item the index of the old one that it was, or undefined. */
export function pairItems(
  old: readonly JsonValue[],
  wanted: readonly JsonValue[],
): readonly (number | undefined)[] {
  const partners: (number | undefined)[] = wanted.map(() => undefined);
  const free = new Set(old.keys());
  const pass = (isOne: (before: JsonValue, after: JsonValue) => boolean): void => {
    for (const [index, after] of wanted.entries()) {
      if (partners[index] !== undefined) continue;
      for (const at of free) {
        const before = old[at];
        if (before === undefined || !isOne(before, after)) continue;
        partners[index] = at;
        free.delete(at);
        break;
      }
    }
  };
  pass((before, after) => idOf(before) !== undefined && idOf(before) === idOf(after));
  pass((before, after) => isSameValue(before, after));
  pass((before, after) => kindOf(before) !== undefined && kindOf(before) === kindOf(after));
  pass((before, after) => isRenamed(before, after));
  pass((before, after) => idOf(before) === undefined && idOf(after) === undefined);
  return partners;
}

function idOf(value: JsonValue): JsonValue | undefined {
  return isObject(value) ? value["id"] : undefined;
}

function kindOf(value: JsonValue): JsonValue | undefined {
  return isObject(value) ? value["kind"] : undefined;
}

function isRenamed(before: JsonValue, after: JsonValue): boolean {
  if (!isObject(before) || !isObject(after)) return false;
  const { polygon } = before;
  return polygon !== undefined && isSameValue(polygon, after["polygon"]);
}
