/**
 * Logs in: reads a server's challenges and answers the strongest one that we know.
 *
 * Digest SHA-256 before Digest MD5 before Basic. The password stays inside this object; what
 * leaves it is the value of an Authorization header.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Credentials } from "./address.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";

type HashName = "md5" | "sha256";

export class Authorization {
  readonly #credentials: Credentials;
  readonly #isBasicAllowed: boolean;
  readonly #makeClientNonce: () => string;
  #challenge: Challenge | undefined;
  #nonceCount = 0;
  /** An answer to this server was right once: the login is good, a nonce may grow old. */
  #isConfirmed = false;

  constructor({
    credentials,
    isBasicAllowed = true,
    makeClientNonce = () => randomBytes(8).toString("hex"),
  }: {
    readonly credentials: Credentials;
    /** False where the password must not be shown in the clear: behind a redirect elsewhere. */
    readonly isBasicAllowed?: boolean;
    readonly makeClientNonce?: () => string;
  }) {
    this.#credentials = credentials;
    this.#isBasicAllowed = isBasicAllowed;
    this.#makeClientNonce = makeClientNonce;
  }

  /**
   * Takes the challenge of a 401. False when trying again is useless: nothing in it that we
   * speak, or the login was just refused. Cameras lock accounts, so a wrong password is tried
   * once: a new nonce alone is no reason, one that went stale is.
   */
  accept(headers: readonly string[]): boolean {
    const challenge = this.#strongest(headers.flatMap(parseChallenges));
    if (challenge === undefined) return false;
    const before = this.#challenge;
    const isNews =
      before?.scheme !== challenge.scheme ||
      (challenge.scheme === "digest" &&
        before.scheme === "digest" &&
        (challenge.isStale || (this.#isConfirmed && challenge.nonce !== before.nonce)));
    this.#isConfirmed = false;
    this.#nonceCount = 0;
    this.#challenge = challenge;
    return isNews;
  }

  /** A request with our header was let through. */
  confirm(): void {
    this.#isConfirmed = this.#challenge !== undefined;
  }

  /** Value of the Authorization header, undefined before the first challenge. */
  headerFor(method: string, uri: string): string | undefined {
    const challenge = this.#challenge;
    if (challenge === undefined) return undefined;
    const { user, password } = this.#credentials;
    if (challenge.scheme === "basic") {
      return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    }
    this.#nonceCount += 1;
    const cnonce = this.#makeClientNonce();
    const nc = this.#nonceCount.toString(16).padStart(8, "0");
    return digestHeader({ challenge, user, password, method, uri, cnonce, nc });
  }

  #strongest(challenges: readonly Challenge[]): Challenge | undefined {
    const rank = (challenge: Challenge): number => {
      if (challenge.scheme === "basic") return this.#isBasicAllowed ? 1 : 0;
      const hash = hashOf(challenge.algorithm);
      if (hash === undefined || !isQopKnown(challenge)) return 0;
      return hash === "sha256" ? 3 : 2;
    };
    return challenges
      .filter((challenge) => rank(challenge) > 0)
      .toSorted((a, b) => rank(b) - rank(a))[0];
  }
}

type DigestChallenge = Extract<Challenge, { readonly scheme: "digest" }>;

function hashOf(algorithm: string | undefined): HashName | undefined {
  switch ((algorithm ?? "md5").toLowerCase().replace(/-sess$/, "")) {
    case "md5":
    case "":
      return "md5";
    case "sha-256":
    case "sha256":
      return "sha256";
    default:
      return undefined;
  }
}

const isQopKnown = ({ qop }: DigestChallenge): boolean => qop.length === 0 || qop.includes("auth");

function digestHeader(input: {
  readonly challenge: DigestChallenge;
  readonly user: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly cnonce: string;
  readonly nc: string;
}): string {
  const { challenge, user, password, method, uri, cnonce, nc } = input;
  const { realm, nonce, algorithm, opaque } = challenge;
  const hashName = hashOf(algorithm) ?? "md5";
  const hash = (text: string): string => createHash(hashName).update(text).digest("hex");
  const isSession = /-sess$/i.test(algorithm ?? "");
  const hasQop = challenge.qop.includes("auth");
  const plainSecret = hash(`${user}:${realm}:${password}`);
  const secret = isSession ? hash(`${plainSecret}:${nonce}:${cnonce}`) : plainSecret;
  const target = hash(`${method}:${uri}`);
  const response = hasQop
    ? hash(`${secret}:${nonce}:${nc}:${cnonce}:auth:${target}`)
    : hash(`${secret}:${nonce}:${target}`);
  const parts = [
    `username="${quoted(user)}"`,
    `realm="${quoted(realm)}"`,
    `nonce="${quoted(nonce)}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(hasQop ? ["qop=auth", `nc=${nc}`] : []),
    ...(hasQop || isSession ? [`cnonce="${cnonce}"`] : []),
    ...(opaque === undefined ? [] : [`opaque="${quoted(opaque)}"`]),
  ];
  return `Digest ${parts.join(", ")}`;
}

const quoted = (text: string): string =>
  text.replaceAll(/["\\]/g, "\\$&").replaceAll(/[\r\n]/g, "");
