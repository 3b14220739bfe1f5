/**
 * Resolves the `a=control` of a description against what the reply says its base is.
 *
 * Not by RFC 3986: cameras expect the control appended behind a slash, query or not, as live555
 * and ffmpeg do. The strict form is the second try where a server does not know the first.
 */

/** Base of a description: Content-Base, else Content-Location, else the address asked for. */
export function baseOf(input: {
  readonly contentBase: string | undefined;
  readonly contentLocation: string | undefined;
  readonly requestUri: string;
}): string {
  const named = [input.contentBase, input.contentLocation]
    .map((text) => text?.trim())
    .find((text) => text !== undefined && text !== "");
  if (named === undefined) return input.requestUri;
  return isAbsolute(named) ? withoutLogin(named) : joinControl(input.requestUri, named);
}

export function joinControl(base: string, control: string | undefined): string {
  const text = control?.trim() ?? "";
  if (text === "" || text === "*") return base;
  if (isAbsolute(text)) return withoutLogin(text);
  return `${base.replace(/\/$/, "")}/${text.replace(/^\//, "")}`;
}

/** As RFC 3986 says: the last path segment and the query of the base fall away. */
export function joinControlStrictly(base: string, control: string): string | undefined {
  try {
    return new URL(control, base).href;
  } catch {
    return undefined;
  }
}

const isAbsolute = (text: string): boolean => /^rtsp[su]?:\/\//i.test(text);

/** Some servers echo the login of the request in Content-Base. */
const withoutLogin = (text: string): string => text.replace(/^([a-z]+:\/\/)[^/?#]*@/i, "$1");
