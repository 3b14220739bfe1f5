/**
 * A camera's address, taken apart: where to connect, what to ask for, and the login apart from
 * both, so that no request line, log or message ever carries it.
 */
import { CaptureError, quote } from "../capture-error.ts";

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

export interface RtspAddress {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** As it goes into requests: without login, query untouched. */
  readonly uri: string;
  readonly credentials: Credentials | undefined;
}

/**
 * By hand and not by WHATWG rules: queries of cameras (`?channel=1&subtype=0`, braces, backslashes)
 * must arrive as they were written, and passwords hold `#`, `/` and `@` unescaped.
 */
export function parseRtspAddress(text: string): RtspAddress {
  const scheme = /^(rtsps?):\/\//i.exec(text);
  if (scheme === null) {
    throw new CaptureError("not-found", `expected an rtsp or rtsps address, got ${quote(text)}`);
  }
  const rest = text.slice(scheme[0].length);
  const { login, remainder } = splitLogin(rest);
  const match = /^(\[[0-9a-z:.%]+\]|[^:/?#\s[\]]+)(?::(\d{1,5}))?(?=[/?#]|$)([^\s]*)$/i.exec(
    remainder,
  );
  if (match === null) {
    throw new CaptureError(
      "not-found",
      `expected host and path in ${quote(`${scheme[0]}${remainder}`)}`,
    );
  }
  const [, hostText = "", portText, path = ""] = match;
  const isTls = scheme[1]?.toLowerCase() === "rtsps";
  const port = portText === undefined ? (isTls ? 322 : 554) : Number(portText);
  if (port < 1 || port > 65_535) {
    throw new CaptureError("not-found", `port ${port} of ${hostText} does not exist`);
  }
  const authority = portText === undefined ? hostText : `${hostText}:${portText}`;
  return {
    host: hostText.replace(/^\[(.*)\]$/, "$1"),
    port,
    isTls,
    uri: `${isTls ? "rtsps" : "rtsp"}://${authority}${path.replace(/#.*$/s, "")}`,
    credentials: login === undefined ? undefined : parseLogin(login),
  };
}

/** The login of any camera's address; undefined without one. */
export function credentialsOf(url: string): Credentials | undefined {
  const { login } = splitLogin(url.replace(schemePattern, ""));
  return login === undefined || !schemePattern.test(url) ? undefined : parseLogin(login);
}

/** Any camera's address as it may be shown. */
export function publicAddress(url: string): string {
  const scheme = schemePattern.exec(url)?.[0];
  if (scheme === undefined) return url;
  const { login, remainder } = splitLogin(url.slice(scheme.length));
  return `${scheme}${login === undefined ? "" : "***@"}${remainder}`;
}

const schemePattern = /^(?:rtsps?|https?):\/\//i;

/** The login ends at the last `@` before a path could have begun behind a host. */
function splitLogin(rest: string): { login: string | undefined; remainder: string } {
  const pathStart = rest.search(/[/?#]/);
  const early = rest.lastIndexOf("@", pathStart === -1 ? rest.length : pathStart);
  if (early !== -1) return { login: rest.slice(0, early), remainder: rest.slice(early + 1) };
  // A slash in the password: `user:pa/ss@host/path` has a colon, no port, and an @ further on.
  const late = /^([^:/?#@]*:[^@]*)@(.*)$/s.exec(rest);
  const hasPort = /^[^:/?#@]*:\d{1,5}(?:[/?#]|$)/.test(rest);
  if (late === null || hasPort) return { login: undefined, remainder: rest };
  return { login: late[1], remainder: late[2] ?? "" };
}

function parseLogin(login: string): Credentials {
  const colon = login.indexOf(":");
  const user = colon === -1 ? login : login.slice(0, colon);
  const password = colon === -1 ? "" : login.slice(colon + 1);
  return { user: decode(user), password: decode(password) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A bare percent sign: the password was not escaped.
  }
}
