/**
 * Asks the box: JSON there and back, with the token that every change needs.
 *
 * Rejects with `Refused` when the box says no, in the box's words; a session that is over brings
 * the login back.
 */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

let token = "";

export function setToken(value: string): void {
  token = value;
}

export async function ask<Answer>(
  path: string,
  options: {
    readonly method?: "GET" | "POST" | "PUT" | "DELETE";
    readonly body?: unknown;
    readonly signal?: AbortSignal;
  } = {},
): Promise<Answer> {
  const { method = "GET", body, signal } = options;
  const response = await fetch(path, {
    method,
    credentials: "same-origin",
    headers: {
      ...(method === "GET" ? {} : { "x-kerbside-token": token }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const answer: unknown = await response.json().catch(() => ({}));
  if (response.ok) return answer as Answer; // The box and its page are of one version.
  if (response.status === 401) dispatchEvent(new Event("kerbside-logged-out"));
  const { error } = answer as { readonly error?: unknown };
  throw new Refused(response.status, typeof error === "string" ? error : `${response.status}`);
}
