/**
 * Instants as messages carry them: RFC 3339 with milliseconds and the site's offset.
 *
 * `2026-03-01T08:15:00.250+08:00`. Pure: the time is an argument, the zone rules are Intl's.
 */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** Throws a RangeError when the time zone does not exist. */
export function rfc3339(atMs: number, timeZone: string): string {
  const part: Record<string, string> = {};
  for (const { type, value } of formatterFor(timeZone).formatToParts(atMs)) part[type] = value;
  const { year = "", month, day, hour, minute, second, fractionalSecond, timeZoneName = "" } = part;
  const offset = timeZoneName === "GMT" ? "+00:00" : timeZoneName.slice("GMT".length);
  const date = `${year.padStart(4, "0")}-${month}-${day}`;
  return `${date}T${hour}:${minute}:${second}.${fractionalSecond}${offset}`;
}

function formatterFor(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
    timeZoneName: "longOffset",
  });
  formatters.set(timeZone, made);
  return made;
}
