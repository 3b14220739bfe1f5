/** Cuts what comes out of a pipe into pictures of one size. Each picture is memory of its own. */
export class RawPictures {
  readonly #pictureBytes: number;
  readonly #onPicture: (picture: Uint8Array<ArrayBuffer>) => void;
  #picture: Uint8Array<ArrayBuffer>;
  #filledBytes = 0;

  constructor(pictureBytes: number, onPicture: (picture: Uint8Array<ArrayBuffer>) => void) {
    this.#pictureBytes = pictureBytes;
    this.#onPicture = onPicture;
    this.#picture = new Uint8Array(pictureBytes);
  }

  add(chunk: Uint8Array): void {
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + this.#pictureBytes - this.#filledBytes);
      this.#picture.set(part, this.#filledBytes);
      this.#filledBytes += part.length;
      from += part.length;
      if (this.#filledBytes === this.#pictureBytes) this.#end();
    }
  }

  #end(): void {
    const picture = this.#picture;
    this.#picture = new Uint8Array(this.#pictureBytes);
    this.#filledBytes = 0;
    this.#onPicture(picture);
  }
}
