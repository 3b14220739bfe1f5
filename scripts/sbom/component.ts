/** One row of a bill of materials, in CycloneDX's words. */
export type LicenceEntry =
  | { readonly license: { readonly id: string } }
  | { readonly license: { readonly name: string } }
  | { readonly expression: string };

export interface Component {
  readonly "bom-ref": string;
  readonly type: "library" | "application" | "platform" | "machine-learning-model";
  readonly name: string;
  readonly version: string;
  readonly scope: "required" | "optional";
  readonly description?: string;
  readonly purl?: string;
  readonly licenses: readonly LicenceEntry[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}
