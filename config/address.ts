/**
 * Takes a camera's or broker's address apart, without asking that passwords be escaped.
 *
 * What came from `${env:NAME}` stays one piece: a `@`, `/` or `#` in a password cannot be taken
 * for a part of the address. Literal parts are percent-decoded, as everywhere else.
 */
import type { ScalarNode, TextPiece } from "./source-node.ts";

export interface Address {
  readonly scheme: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** The password stands in the file as it is. */
  readonly isPasswordPlain: boolean;
  readonly host: string;
  readonly port: number | undefined;
  /** Everything behind the host, with the query; empty or begins with `/` or `?`. */
  readonly path: string;
  /** `path` with `***` for what is or may be secret. */
  readonly pathDisplay: string;
  /** What `pathDisplay` hides, and the login's secret: a password, or a user that has none. */
  readonly secrets: readonly string[];
}

export type AddressResult =
  | { readonly ok: true; readonly address: Address }
  | { readonly ok: false; readonly message: string };

/** Stand for substituted pieces while the text is taken apart. */
const markBase = 0xe000;

export function parseAddress(node: ScalarNode): AddressResult {
  const written = node.pieces ?? [{ text: String(node.value), isSubstituted: false }];
  const text = new MarkedText(written);
  const [, scheme, rest] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/s.exec(text.marked) ?? [];
  if (scheme === undefined || rest === undefined) {
    return { ok: false, message: "expected an address such as rtsp://192.0.2.11/main" };
  }
  if (/\s/.test(rest) || /\p{Cc}/u.test(text.expand(rest))) {
    return { ok: false, message: "the address holds a space or a line break" };
  }
  const authorityEnd = rest.search(/[/?#]/);
  // A literal password may hold a slash: the last @ before the query ends it.
  const at = rest.slice(0, endOfUserInfo(rest, authorityEnd)).lastIndexOf("@");
  const hostStart = at + 1;
  const pathStart = rest.slice(hostStart).search(/[/?#]/);
  const hostAndPort =
    pathStart < 0 ? rest.slice(hostStart) : rest.slice(hostStart, hostStart + pathStart);
  const path = pathStart < 0 ? "" : rest.slice(hostStart + pathStart);
  const host = parseHost(text.expand(hostAndPort));
  if (host === undefined) {
    return { ok: false, message: "expected HOST or HOST:PORT after the two slashes" };
  }
  if (at >= 0 && path.includes("@") && !text.hasMark(rest.slice(0, at))) {
    const message = `it is not clear which "@" ends the password: write the password as \${env:NAME} or each "@" in it as %40`;
    return { ok: false, message };
  }
  const user = at < 0 ? undefined : parseUserInfo(rest.slice(0, at), text);
  const expandedPath = text.expand(path);
  if (/\s/.test(expandedPath)) {
    return { ok: false, message: "the address holds a space or a line break" };
  }
  const secrets = [user?.password ?? user?.user, ...text.substitutedIn(path)];
  return {
    ok: true,
    address: {
      scheme: scheme.toLowerCase(),
      user: user?.user,
      password: user?.password,
      isPasswordPlain: user?.isPasswordPlain ?? false,
      ...host,
      path: expandedPath,
      pathDisplay: hideTokens(text.hide(path)),
      secrets: [...secrets, ...tokensOf(expandedPath)].filter(
        (secret): secret is string => secret !== undefined && secret !== "",
      ),
    },
  };
}

class MarkedText {
  readonly marked: string;
  readonly #pieces: readonly TextPiece[];

  constructor(pieces: readonly TextPiece[]) {
    this.#pieces = pieces;
    const isAddressInside = pieces.some(
      (piece) => piece.isSubstituted && piece.text.includes("://"),
    );
    // A variable that holds the whole address is taken apart like written text.
    this.marked = isAddressInside
      ? pieces.map((piece) => piece.text).join("")
      : pieces
          .map((piece, index) =>
            piece.isSubstituted ? String.fromCharCode(markBase + index) : piece.text,
          )
          .join("");
  }

  expand(text: string, decode: (literal: string) => string = (literal) => literal): string {
    return this.#replace(text, decode, (piece) => piece);
  }

  hide(text: string): string {
    return this.#replace(
      text,
      (literal) => literal,
      () => "***",
    );
  }

  /** The substituted pieces that stand in this part. */
  substitutedIn(part: string): string[] {
    return part.split("").flatMap((mark) => {
      const piece = this.#pieces[mark.charCodeAt(0) - markBase];
      return piece?.isSubstituted === true ? [piece.text] : [];
    });
  }

  hasMark(text: string): boolean {
    return /[\ue000-\uf8ff]/.test(text);
  }

  #replace(
    text: string,
    onLiteral: (literal: string) => string,
    onPiece: (piece: string) => string,
  ): string {
    return text
      .split(/([\ue000-\uf8ff])/)
      .map((part) => {
        const piece = this.#pieces[part.charCodeAt(0) - markBase];
        return piece?.isSubstituted === true && part.length === 1
          ? onPiece(piece.text)
          : onLiteral(part);
      })
      .join("");
  }
}

function endOfUserInfo(rest: string, authorityEnd: number): number {
  if (authorityEnd < 0) return rest.length;
  const before = rest.slice(0, authorityEnd);
  if (before.includes("@")) return authorityEnd;
  // "cam:pa/ss@host/main": no @ yet, a colon that is not a port, an @ later on.
  const mayBePassword = /:(?!\d+$)/.test(before) && !before.startsWith("[");
  const query = rest.indexOf("?");
  return mayBePassword ? (query < 0 ? rest.length : query) : authorityEnd;
}

function parseUserInfo(
  userInfo: string,
  text: MarkedText,
): { user: string; password: string | undefined; isPasswordPlain: boolean } {
  const colon = userInfo.indexOf(":");
  if (colon >= 0) {
    const password = userInfo.slice(colon + 1);
    return {
      user: text.expand(userInfo.slice(0, colon), percentDecode),
      password: text.expand(password, percentDecode),
      isPasswordPlain: password !== "" && !text.hasMark(password),
    };
  }
  // One variable may hold both: USER:PASSWORD.
  const whole = text.expand(userInfo, percentDecode);
  const split = text.hasMark(userInfo) ? whole.indexOf(":") : -1;
  return split < 0
    ? { user: whole, password: undefined, isPasswordPlain: false }
    : { user: whole.slice(0, split), password: whole.slice(split + 1), isPasswordPlain: false };
}

function parseHost(text: string): { host: string; port: number | undefined } | undefined {
  const [, bracketed, plain, port] =
    /^(?:\[([0-9A-Fa-f:.%]+)\]|([^\s:@/?#[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return undefined;
  if (port === undefined) return { host, port: undefined };
  const number = Number(port);
  return number >= 1 && number <= 65_535 ? { host, port: number } : undefined;
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Some cameras take user and password in the path or the query. A value ends at `&`; before the
 * query also at a slash, or at an underscore that begins the next name (`_channel=1`).
 */
const names = "user(?:name)?|pass(?:word|wd|phrase)?|pwd|token|key|auth|secret|sig(?:nature)?";
const inPath = new RegExp(`((?:${names})=)([^&/]*?)(?=[&/]|_[a-z]+=|$)`, "gi");
const inQuery = new RegExp(`((?:${names})=)([^&]*)`, "gi");

function hideTokens(path: string): string {
  const { before, query } = atQuery(path);
  return before.replaceAll(inPath, "$1***") + query.replaceAll(inQuery, "$1***");
}

/** As they are and as a server may write them. A user's name beside them is no secret. */
function tokensOf(path: string): string[] {
  const { before, query } = atQuery(path);
  return [...before.matchAll(inPath), ...query.matchAll(inQuery)]
    .filter(([, name = ""]) => !/^user/i.test(name))
    .flatMap(([, , value = ""]) => [value, percentDecode(value)]);
}

function atQuery(path: string): { readonly before: string; readonly query: string } {
  const start = path.search(/\?|$/);
  return { before: path.slice(0, start), query: path.slice(start) };
}
