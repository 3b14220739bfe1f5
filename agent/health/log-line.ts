/**
 * One line of the JSON log as a person reads it on a terminal: time, level, words, then fields.
 */
const colours: Readonly<Record<string, string>> = {
  debug: "\u001b[90m",
  info: "\u001b[32m",
  warn: "\u001b[33m",
  error: "\u001b[31m",
};
const dim = "\u001b[2m";
const reset = "\u001b[0m";

export function terminalLine(json: string): string {
  const { level, time, message, err, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const name = String(level);
  const clock = String(time).slice(11, 19);
  const head = `${dim}${clock}${reset} ${colours[name] ?? ""}${name.padEnd(5)}${reset}`;
  const rest = Object.entries(fields).map(([key, value]) => ` ${dim}${key}=${reset}${word(value)}`);
  return `${head} ${String(message)}${rest.join("")}${errorLines(err)}\n`;
}

/** As it is where it is one word, else as JSON: a value cannot end its line or fake a field. */
function word(value: unknown): string {
  return typeof value === "string" && /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
}

function errorLines(err: unknown): string {
  if (typeof err !== "object" || err === null) return "";
  const { message, remedy, stack, type } = err as Record<string, unknown>;
  const lines = [String(message)];
  if (typeof remedy === "string") lines.push(remedy);
  // An error of operation is told by its words; the stack is for bugs.
  else if (typeof stack === "string" && type !== "AgentError") {
    lines.push(
      ...stack
        .split("\n")
        .slice(1, 6)
        .map((frame) => frame.trim()),
    );
  }
  return lines.map((line) => `\n         ${line}`).join("");
}
