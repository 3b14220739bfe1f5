/**
 * What a page of the console is, and how it registers: a module that exports one `Page`, named in
 * the table of `main.ts`. A page draws into its host and gives back what ends it.
 */
import type { WordKey } from "./language/say.ts";

export type Role = "viewer" | "editor" | "live";

export interface PageContext {
  readonly user: string;
  readonly roles: readonly Role[];
  /** Behind the page's name in the address: `#events/4d80…` gives `["4d80…"]`. */
  readonly rest: readonly string[];
  /** Aborted when another page is shown: give it to `ask`, listeners and timers. */
  readonly signal: AbortSignal;
}

export interface Page {
  readonly title: WordKey;
  readonly role: Role;
  show(host: HTMLElement, context: PageContext): Promise<void> | void;
}
