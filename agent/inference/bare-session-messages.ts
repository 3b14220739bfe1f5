/** What a measurement and its bare session threads say to each other. */
import type { SessionSettings } from "./run-settings.ts";

export interface BareJob extends SessionSettings {
  readonly graph: Uint8Array;
  readonly inputName: string;
  readonly width: number;
  readonly height: number;
  readonly batch: number;
  /** What it looks at: 3 × height × width bytes. */
  readonly picture: Uint8Array;
  /** One word: whether to go on. */
  readonly shared: SharedArrayBuffer;
}

export const goesOn = 1;

export type FromBareSession =
  | { readonly type: "ready" }
  | { readonly type: "stopped"; readonly images: number };
