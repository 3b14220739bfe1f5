/**
 * What a route of the page is: one method, one path, one role, one handler.
 *
 * The server alone decides who gets there: a session with the role, the right origin and token for
 * everything that changes something, a body within its bytes that fits its schema. A handler sees
 * checked values and answers with plain data.
 */
import type { z } from "zod";

/** `editor` may do what `viewer` may. `live` stands alone: it shows people unmasked. */
export const consoleRoles = ["viewer", "editor", "live"] as const;
export type ConsoleRole = (typeof consoleRoles)[number];

export interface ConsoleSession {
  readonly user: string;
  readonly roles: ReadonlySet<ConsoleRole>;
}

export interface ConsoleRequest<Body> {
  /** By the names in the path; each one part of it, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Body;
  /** Aborted when the browser goes away. */
  readonly signal: AbortSignal;
}

export type ConsoleAnswer =
  | { readonly status?: number; readonly json: unknown }
  | {
      readonly bytes: Uint8Array;
      readonly type: string;
      /** The content of this address never changes. */
      readonly isFixed?: boolean;
    }
  | { readonly text: Iterable<string>; readonly type: string; readonly fileName: string };

export interface Route<Body = unknown> {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** `/api/cameras/:camera/zones`: a part with a colon is a name in `params`. */
  readonly path: `/api/${string}`;
  readonly role: ConsoleRole;
  /** Of the JSON body. Absent: the request has none. */
  readonly body?: z.ZodType<Body>;
  /** Default 64 KiB. */
  readonly bodyBytesMax?: number;
  handle(
    request: ConsoleRequest<Body>,
    session: ConsoleSession,
  ): ConsoleAnswer | Promise<ConsoleAnswer>;
}

/** Checks that handler and schema agree on the body, then forgets which body it was. */
export function route<Body>(one: Route<Body>): Route {
  return one;
}

/** A refusal in words: becomes `{ error }` with this status. */
export class ConsoleRefusal extends Error {
  readonly status: number;

  constructor(status: 400 | 403 | 404 | 409 | 413 | 422 | 429 | 503, message: string) {
    super(message);
    this.status = status;
  }
}
