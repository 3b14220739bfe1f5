/** Times as people read them: the box's own clock, spans with the two units that matter. */

import { language } from "./language/say.ts";

/** `2026-07-01T08:10:33+08:00` → `08:10`. */
export function clockText(instant: string): string {
  return instant.slice(11, 16);
}

export function dayClockText(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 19)}`;
}

export function spanText(ms: number): string {
  const [s, min, hour, day] = units[language()];
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds}${s}`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${min} ${seconds % 60}${s}`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}${hour} ${minutes % 60}${min}`;
  return `${Math.floor(hours / 24)}${day} ${hours % 24}${hour}`;
}

const units = { zh: ["秒", "分", "小时", "天"], en: [" s", " min", " h", " d"] } as const;

export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value >= 100 || unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}
