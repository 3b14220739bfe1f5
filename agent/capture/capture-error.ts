/**
 * Why a stream has no pictures: the kind of failure and one line for a person.
 *
 * It is an operating error and stays inside receiving, where it becomes a state of the stream;
 * `detail` may quote what the camera sent, cleaned and cut, and never holds a password.
 */
import type { CaptureFailure } from "./encoded-picture.ts";
import { quoteCharsMax } from "./limits.ts";

export class CaptureError extends Error {
  override readonly name = "CaptureError";
  readonly failure: CaptureFailure;

  constructor(failure: CaptureFailure, detail: string, options?: { readonly cause?: unknown }) {
    super(detail, options);
    this.failure = failure;
  }
}

/** A fault of ours that one camera's bytes brought out: its stream fails, the others go on. */
export class ReceivingBug extends CaptureError {
  constructor(cause: unknown) {
    const what = cause instanceof Error ? cause.message : String(cause);
    super("corrupt", `a bug in receiving: ${what}`, { cause });
  }
}

/** Foreign text, fit for a log line: printable, cut, without credentials. */
export function quote(text: string): string {
  const firstLine = text.slice(0, 4 * quoteCharsMax).split(/\r?\n/, 1)[0] ?? "";
  const clean = withoutCredentials(firstLine).replaceAll(/[^\x20-\x7e\u00a0-\ud7ff]/g, "·");
  const cut = clean.length > quoteCharsMax ? `${clean.slice(0, quoteCharsMax)}…` : clean;
  return `"${cut}"`;
}

/** Masks user and password of addresses, and login headers that a server echoes. */
export function withoutCredentials(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, "$1***@")
    .replaceAll(/\b(basic|digest)\s+\S.*$/gim, "$1 ***");
}

/** What the operating system says about a connection, as a failure. */
export function failureOfSocket(error: NodeJS.ErrnoException, where: string): CaptureError {
  const code = error.code ?? "";
  const options = { cause: error };
  switch (code) {
    case "ECONNREFUSED":
      return new CaptureError("refused", `${where} refuses connections`, options);
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new CaptureError(
        "not-found",
        `the host of ${where} has no address (${code})`,
        options,
      );
    case "ETIMEDOUT":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EHOSTDOWN":
      return new CaptureError("timeout", `${where} cannot be reached (${code})`, options);
    case "ECONNRESET":
    case "EPIPE":
    case "ECONNABORTED":
      return new CaptureError("reset", `${where} reset the connection`, options);
    default:
      return /CERT|SIGN|ALTNAME|SSL|TLS|EPROTO|UNABLE_TO/.test(code)
        ? new CaptureError("refused", `TLS with ${where} failed: ${code}`, options)
        : new CaptureError(
            "reset",
            `connection to ${where} failed: ${code || error.message}`,
            options,
          );
  }
}
