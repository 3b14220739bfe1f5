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
      return (
        tlsFailure(`${code} ${error.message}`, where, options) ??
        new CaptureError(
          "reset",
          `connection to ${where} failed: ${code || error.message}`,
          options,
        )
      );
  }
}

/** Undefined for what is no matter of TLS. Nothing of a login was sent. */
function tlsFailure(
  said: string,
  where: string,
  options: { readonly cause: unknown },
): CaptureError | undefined {
  const refused = (detail: string) => new CaptureError("refused", detail, options);
  const code = said.split(" ", 1)[0] ?? "";
  if (code === "CERT_HAS_EXPIRED") {
    return refused(`the certificate of ${where} has expired, or the box's clock is wrong`);
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return refused(`the certificate of ${where} is for another name`);
  }
  if (/SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)/.test(code)) {
    return refused(
      `the certificate of ${where} is not signed by an authority that this box trusts (${code}): name it in tls.ca`,
    );
  }
  if (/protocol.version|unsupported.protocol/i.test(said)) {
    return refused(`${where} speaks no TLS 1.2 or newer`);
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|EPROTO/.test(code)) {
    return refused(`${where} does not speak TLS (${code}): is it the port for it?`);
  }
  return /CERT|SIGN|SSL|TLS/.test(code) ? refused(`TLS with ${where} failed: ${code}`) : undefined;
}
