/**
 * Checks logins as cameras do: Basic, and Digest with MD5 or SHA-256 (RFC 2617, RFC 7616).
 *
 * Strict where cameras are strict: the nonce must be one that was given out and not worn out, the
 * address in the answer must be that of the request.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { RtspRequest } from "./rtsp-request.ts";

export type LoginScheme = "basic" | "digest-md5" | "digest-sha-256";

export interface Credentials {
  readonly user: string;
  readonly password: string;
  /** All of them are offered, in this order. Default: `["digest-md5"]`, as most cameras do. */
  readonly schemes?: readonly LoginScheme[];
  readonly realm?: string;
  /** Offers `qop="auth"`; most cameras do not. */
  readonly withQop?: boolean;
  /** After so many requests a nonce is answered with a new one and `stale=true`. */
  readonly nonceUsesMax?: number;
}

export type LoginAnswer =
  | { readonly isAllowed: true }
  /** Values of WWW-Authenticate headers for the 401. */
  | { readonly isAllowed: false; readonly challenges: readonly string[] };

const noncesMax = 1_000;

export class LoginGuard {
  readonly #credentials: Required<Credentials>;
  /** How often each nonce was used. Insertion order is age: the oldest goes first. */
  readonly #nonceUses = new Map<string, number>();

  constructor(credentials: Credentials) {
    this.#credentials = {
      schemes: ["digest-md5"],
      realm: "IP Camera(23435)",
      withQop: false,
      nonceUsesMax: Number.POSITIVE_INFINITY,
      ...credentials,
    };
  }

  check(request: RtspRequest): LoginAnswer {
    const answer = request.headers.get("authorization") ?? "";
    const verdict = this.#judge(answer, request);
    return verdict === "allowed"
      ? { isAllowed: true }
      : { isAllowed: false, challenges: this.challenges({ isStale: verdict === "stale" }) };
  }

  challenges({ isStale }: { readonly isStale: boolean }): string[] {
    const { schemes, realm, withQop } = this.#credentials;
    return schemes.map((scheme) => {
      if (scheme === "basic") return `Basic realm="${realm}"`;
      const nonce = this.#newNonce();
      const algorithm = scheme === "digest-sha-256" ? ", algorithm=SHA-256" : "";
      const qop = withQop ? ', qop="auth"' : "";
      const stale = `stale="${isStale ? "TRUE" : "FALSE"}"`;
      return `Digest realm="${realm}", nonce="${nonce}"${algorithm}${qop}, ${stale}`;
    });
  }

  #judge(answer: string, request: RtspRequest): "allowed" | "refused" | "stale" {
    const [scheme = ""] = answer.split(" ", 1);
    const rest = answer.slice(scheme.length).trim();
    const { schemes, user, password } = this.#credentials;
    if (scheme.toLowerCase() === "basic" && schemes.includes("basic")) {
      return isSame(Buffer.from(rest, "base64").toString(), `${user}:${password}`)
        ? "allowed"
        : "refused";
    }
    return scheme.toLowerCase() === "digest" ? this.#judgeDigest(rest, request) : "refused";
  }

  #judgeDigest(text: string, { method, url }: RtspRequest): "allowed" | "refused" | "stale" {
    const { user, password, realm, schemes, nonceUsesMax } = this.#credentials;
    const fields = digestFields(text);
    const isSha = fields.get("algorithm")?.toUpperCase() === "SHA-256";
    if (!schemes.includes(isSha ? "digest-sha-256" : "digest-md5")) return "refused";
    const nonce = fields.get("nonce") ?? "";
    const uses = this.#nonceUses.get(nonce);
    if (uses === undefined || fields.get("username") !== user) return "refused";
    if (fields.get("realm") !== realm || fields.get("uri") !== url) return "refused";
    const hash = (value: string): string =>
      createHash(isSha ? "sha256" : "md5")
        .update(value)
        .digest("hex");
    const qop = fields.get("qop");
    const middle =
      qop === undefined ? nonce : [nonce, fields.get("nc"), fields.get("cnonce"), qop].join(":");
    const expected = hash(
      `${hash(`${user}:${realm}:${password}`)}:${middle}:${hash(`${method}:${url}`)}`,
    );
    if (!isSame(fields.get("response") ?? "", expected)) return "refused";
    this.#nonceUses.set(nonce, uses + 1);
    return uses < nonceUsesMax ? "allowed" : "stale";
  }

  #newNonce(): string {
    const nonce = randomBytes(16).toString("hex");
    this.#nonceUses.set(nonce, 0);
    const [oldest] = this.#nonceUses.keys();
    if (this.#nonceUses.size > noncesMax && oldest !== undefined) this.#nonceUses.delete(oldest);
    return nonce;
  }
}

function digestFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, name = "", quoted, bare] of text.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/g)) {
    fields.set(name.toLowerCase(), quoted ?? bare ?? "");
  }
  return fields;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
