/** What a measurement and its bare session threads say to each other. */
export interface BareJob {
  readonly graph: Uint8Array;
  readonly inputName: string;
  readonly width: number;
  readonly height: number;
  readonly threads: number;
  readonly batch: number;
  /** One word: whether to go on. */
  readonly shared: SharedArrayBuffer;
}

export const goesOn = 1;

export type FromBareSession =
  | { readonly type: "ready" }
  | { readonly type: "stopped"; readonly images: number };
