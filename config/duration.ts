/**
 * Durations as a person writes them: `500ms`, `10s`, `5m`, `1h30m`, `1d`.
 *
 * Parsed once at the edge to whole milliseconds; printing gives the shortest text that parses to
 * the same number. Units run from large to small and each stands at most once.
 */
const units = [
  { name: "d", ms: 86_400_000 },
  { name: "h", ms: 3_600_000 },
  { name: "m", ms: 60_000 },
  { name: "s", ms: 1_000 },
  { name: "ms", ms: 1 },
] as const;

/** A number of any length would lose whole milliseconds; a century is more than any setting. */
const durationMsMax = 36_525 * 86_400_000;

const pattern = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

export const durationForm = "a duration such as 500ms, 10s, 5m, 1h30m or 1d";

/** Milliseconds, or undefined when the text is not a duration. */
export function parseDuration(text: string): number | undefined {
  const match = pattern.exec(text);
  if (match === null || text === "") return undefined;
  const ms = units.reduce((sum, unit, index) => sum + Number(match[index + 1] ?? 0) * unit.ms, 0);
  return ms <= durationMsMax ? ms : undefined;
}

export function printDuration(ms: number): string {
  if (!Number.isInteger(ms) || ms < 0 || ms > durationMsMax) {
    throw new RangeError(`a duration is whole milliseconds from 0 to ${durationMsMax}, got ${ms}`);
  }
  let restMs = ms;
  let text = "";
  for (const unit of units) {
    const count = Math.floor(restMs / unit.ms);
    restMs -= count * unit.ms;
    if (count > 0) text += `${count}${unit.name}`;
  }
  return text === "" ? "0s" : text;
}
