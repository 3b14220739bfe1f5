/**
 * What the demo shows: results on standard output, the rest on standard error, and below them on
 * a terminal one line that tells how far it is. Lines never run into that line.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { terminalLine } from "../agent/health/log-line.ts";

const clearLine = "\r\u001b[K";
const barWidth = 30;

export class Screen {
  readonly #isTty = process.stderr.isTTY;
  #progress = "";

  /** A result. */
  print(line: string): void {
    this.#write(process.stdout, line);
  }

  /** Everything else. */
  say(line: string): void {
    this.#write(process.stderr, line);
  }

  /** The agent's own log, as a terminal would show it. */
  follow(log: Readable, onLine: (line: string) => void): void {
    createInterface({ input: log }).on("line", (line) => {
      onLine(line);
      this.say(this.#isTty && line.startsWith("{") ? terminalLine(line).trimEnd() : line);
    });
  }

  progress(share: number, text: string): void {
    if (!this.#isTty) return;
    const done = Math.min(barWidth, Math.round(share * barWidth));
    this.#progress = `${"█".repeat(done)}${"░".repeat(barWidth - done)} ${text}`;
    process.stderr.write(clearLine + this.#progress);
  }

  endProgress(): void {
    if (this.#progress !== "") process.stderr.write(clearLine);
    this.#progress = "";
  }

  #write(stream: NodeJS.WriteStream, line: string): void {
    if (this.#progress !== "") process.stderr.write(clearLine);
    stream.write(`${line}\n`);
    if (this.#progress !== "") process.stderr.write(this.#progress);
  }
}
