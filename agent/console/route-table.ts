/** Finds the route of a request: part by part, decoded once, with nothing in it that climbs. */
import type { Route } from "./routes.ts";

export interface FoundRoute {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

export class RouteTable {
  readonly #rows: readonly { readonly route: Route; readonly parts: readonly string[] }[];

  constructor(routes: readonly Route[]) {
    this.#rows = routes.map((route) => ({ route, parts: route.path.split("/") }));
    const names = routes.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ":")}`);
    if (new Set(names).size !== names.length) throw new RangeError("two routes are the same");
  }

  /** `methods`: there is such a path, for these alone. */
  find(
    method: string,
    path: string,
  ): FoundRoute | { readonly methods: readonly string[] } | undefined {
    const parts = path.split("/").map(decoded);
    const rows = this.#rows.flatMap(({ route, parts: wanted }) => {
      const params = match(wanted, parts);
      return params === undefined ? [] : [{ route, params }];
    });
    const found = rows.find(({ route }) => route.method === method);
    if (found !== undefined) return found;
    return rows.length === 0 ? undefined : { methods: rows.map(({ route }) => route.method) };
  }
}

function match(
  wanted: readonly string[],
  parts: readonly (string | undefined)[],
): Record<string, string> | undefined {
  if (wanted.length !== parts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, want] of wanted.entries()) {
    const part = parts[index];
    if (part === undefined) return undefined;
    if (!want.startsWith(":")) {
      if (part !== want) return undefined;
    } else if (isName(part)) params[want.slice(1)] = part;
    else return undefined;
  }
  return params;
}

/** Ids of cameras, zones and violations, names of evidence files. */
function isName(part: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,127}$/u.test(part) && !part.includes("..");
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
