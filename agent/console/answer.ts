/** Writes answers: every one with the headers that keep a browser from doing more than it shows. */
import type { ServerResponse } from "node:http";
import type { ConsoleAnswer } from "./routes.ts";

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

/** On whatever goes out, errors too. */
export function guard(response: ServerResponse): void {
  response.setHeader("content-security-policy", policy);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("x-frame-options", "DENY");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cross-origin-opener-policy", "same-origin");
  response.setHeader("cross-origin-resource-policy", "same-origin");
  response.setHeader("permissions-policy", "camera=(), microphone=(), geolocation=()");
  response.setHeader("cache-control", "no-store");
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

export async function sendAnswer(response: ServerResponse, answer: ConsoleAnswer): Promise<void> {
  if ("json" in answer) return sendJson(response, answer.status ?? 200, answer.json);
  response.setHeader("content-type", answer.type);
  if ("bytes" in answer) {
    if (answer.isFixed === true) response.setHeader("cache-control", "private, max-age=86400");
    response.setHeader("content-length", answer.bytes.byteLength);
    response.end(answer.bytes);
    return;
  }
  response.setHeader("content-disposition", `attachment; filename="${answer.fileName}"`);
  for (const text of answer.text) {
    if (response.destroyed) return;
    if (!response.write(text)) await drained(response);
  }
  response.end();
}

/** Whoever reads slowly waits alone; whoever went away ends it. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}
