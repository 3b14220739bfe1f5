/** The first thing in a folder of evidence that does not fit: where, below the folder, and what. */
export class EvidenceFault extends Error {
  override readonly name = "EvidenceFault";

  constructor(path: string, what: string) {
    super(`${path}: ${what}`);
  }
}
