/**
 * The public keys that boxes have said, on disk: what evidence is verified with.
 *
 * The first key of a box is taken at its word (its topics are its own, by the broker's access list)
 * and pinned. A later one is kept beside it and told to a person; what the old key signed stays
 * good. `keys/<box>.pem` may be written by hand before the box comes: then it is the pinned one.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readPublicKeys } from "../evidence/signing.ts";
import { TrustedKeys } from "../evidence/trusted-keys.ts";
import { makeFolderDurably, writeDurably } from "../runtime/durable-file.ts";
import { type DeviceAddress, sourceOf } from "../uplink/topics.ts";

const boxesMax = 2_000;
const keysMax = 16;
const pemCharsMax = 1_000;

export class BoxKeys {
  readonly #folder: string;
  readonly #print: (line: string) => void;
  readonly #keys = new Map<string, { readonly pems: readonly string[]; trusted: TrustedKeys }>();

  private constructor(folder: string, print: (line: string) => void) {
    this.#folder = folder;
    this.#print = print;
  }

  static async open(folder: string, print: (line: string) => void): Promise<BoxKeys> {
    await makeFolderDurably(folder);
    return new BoxKeys(folder, print);
  }

  of(address: DeviceAddress): TrustedKeys | undefined {
    return this.#keys.get(sourceOf(address))?.trusted;
  }

  /** A box has said its key, in its status. */
  async note(address: DeviceAddress, pem: string): Promise<void> {
    if (pem.length > pemCharsMax) return;
    const source = sourceOf(address);
    const known = this.#keys.get(source)?.pems ?? (await this.#read(address));
    const [said] = keysIn(pem);
    if (said === undefined) return;
    if (known.includes(said.pem)) {
      this.#keep(source, known);
      return;
    }
    if (known.length >= keysMax || (known.length === 0 && this.#keys.size >= boxesMax)) return;
    const isNew = known.length > 0;
    const all = [...known, said.pem];
    await writeDurably(this.#path(address), all.join(""), { mode: 0o644 });
    this.#keep(source, all);
    this.#print(
      `key        ${address.device} signs with ${said.id}${isNew ? ": ANOTHER ONE THAN BEFORE, ask why" : ""}`,
    );
  }

  #keep(source: string, pems: readonly string[]): void {
    this.#keys.set(source, { pems, trusted: new TrustedKeys(pems.flatMap(keysIn)) });
  }

  async #read(address: DeviceAddress): Promise<readonly string[]> {
    const text = await readFile(this.#path(address), "utf8").catch(() => "");
    return keysIn(text).map(({ pem }) => pem);
  }

  #path({ division, device }: DeviceAddress): string {
    return join(this.#folder, `${division}-${device}.pem`);
  }
}

function keysIn(pem: string): ReturnType<typeof readPublicKeys> {
  try {
    return readPublicKeys(pem);
  } catch {
    return [];
  }
}
