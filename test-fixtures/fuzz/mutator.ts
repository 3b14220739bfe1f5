/**
 * Changes inputs a little or a lot, repeatably: the same draws give the same bytes.
 *
 * Works in one scratch buffer, so that an input costs copies and no memory. Knows bytes, numbers of
 * two and four bytes, numbers written as text, lines, and the borders at which recorded sessions
 * fall into pieces (empty lines, start codes, `$` frames); words of a grammar come from the target.
 */
export type Draw = () => number;

const interesting = [
  0, 1, 2, 3, 4, 7, 8, 15, 16, 24, 28, 31, 32, 48, 49, 63, 64, 100, 127, 128, 191, 192, 254, 255,
  256, 511, 512, 1_023, 1_024, 4_095, 4_096, 16_384, 32_767, 32_768, 65_534, 65_535, 65_536,
  0xffffff, 0x1000000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
] as const;

const writtenNumbers = [
  "0",
  "-1",
  "1",
  "00",
  "255",
  "256",
  "65535",
  "65536",
  "2147483647",
  "2147483648",
  "4294967295",
  "4294967296",
  "9007199254740993",
  "99999999999999999999",
  "1e308",
  "0x10",
  "-0",
  "NaN",
  "1.5",
  "",
] as const;

const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");

const commonTokens = [
  "\r\n",
  "\n",
  "\r\n\r\n",
  "\0",
  " ",
  "\t",
  ":",
  ";",
  ",",
  "=",
  '"',
  "%00",
  "../",
  "\x24\x00\x00\x00",
  "\x00\x00\x01",
  "\x00\x00\x00\x01",
  "\x00\x00\x03",
  "\xff\xd8\xff",
  "\xff\xd9",
  "\xff\xff\xff\xff",
].map(bytesOf);

/** Most inputs stay short, so that there can be many; what grows with length needs a few long ones. */
const usualBytesMax = 2_048;
const longShare = 0.02;

export class Mutator {
  readonly #seeds: readonly Uint8Array[];
  readonly #tokens: readonly Uint8Array[];
  readonly #bytes: Buffer;
  #length = 0;
  /** Of the input that is being made. */
  #bytesMax = 0;
  #draw: Draw = () => 0;

  constructor(options: {
    readonly seeds: readonly Uint8Array[];
    readonly tokens?: readonly (string | Uint8Array)[];
    readonly bytesMax: number;
  }) {
    this.#seeds = options.seeds.length === 0 ? [new Uint8Array(1)] : options.seeds;
    const tokens = (options.tokens ?? []).map((token) =>
      typeof token === "string" ? Buffer.from(token, "utf8") : token,
    );
    // Words of the grammar three times as often as those of all.
    this.#tokens = [...commonTokens, ...tokens, ...tokens, ...tokens];
    this.#bytes = Buffer.alloc(options.bytesMax);
  }

  /** A seed with 1 to 12 changes, most often few; valid until the next call. */
  mutated(draw: Draw): Buffer {
    this.#draw = draw;
    return this.#changed(this.#seed());
  }

  /** As `mutated`, of this input. */
  mutatedFrom(seed: Uint8Array, draw: Draw): Buffer {
    this.#draw = draw;
    return this.#changed(seed);
  }

  #changed(seed: Uint8Array): Buffer {
    const isLong = this.#draw() < longShare;
    this.#bytesMax = Math.min(
      this.#bytes.length,
      isLong ? this.#bytes.length : Math.max(usualBytesMax, seed.length),
    );
    this.#length = Math.min(seed.length, this.#bytesMax);
    this.#bytes.set(seed.subarray(0, this.#length));
    let changes = 1;
    while (changes < 12 && this.#draw() < 0.55) changes += 1;
    for (let change = 0; change < changes; change++) this.#change();
    return this.#bytes.subarray(0, this.#length);
  }

  #change(): void {
    const length = this.#length;
    const at = this.#below(Math.max(1, length));
    const bytes = this.#bytes;
    switch (this.#below(17)) {
      case 0:
        if (length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << this.#below(8));
        break;
      case 1:
        if (length > 0) bytes[at] = this.#below(256);
        break;
      case 2:
        if (length > 0) bytes[at] = this.#interesting() & 0xff;
        break;
      case 3:
        this.#number(at);
        break;
      case 4:
        this.#writtenNumber(at);
        break;
      case 5:
        this.#insert(at, this.#token());
        break;
      case 6:
        this.#overwrite(at, this.#token());
        break;
      case 7:
        this.#replace(at, this.#chunk(length - at), emptyBytes);
        break;
      case 8:
        this.#insert(at, this.#copy(at, this.#chunk(length - at)));
        break;
      case 9:
        this.#swap(at);
        break;
      case 10:
        this.#length = at;
        break;
      case 11:
        this.#splice(at);
        break;
      case 12:
        this.#join();
        break;
      case 13:
        this.#repeat(at);
        break;
      case 14:
        this.#noise(at);
        break;
      case 15:
        this.#line(at);
        break;
      default:
        this.#insert(at, Uint8Array.of(this.#below(256)));
    }
  }

  /** Long ones are there to be tried as they are, and to be changed now and then. */
  #seed(): Uint8Array {
    const seed = this.#anySeed();
    return seed.length > 2 * usualBytesMax && this.#draw() < 0.9 ? this.#anySeed() : seed;
  }

  #anySeed(): Uint8Array {
    return this.#seeds[this.#below(this.#seeds.length)] ?? emptyBytes;
  }

  #token(): Uint8Array {
    return this.#tokens[this.#below(this.#tokens.length)] ?? emptyBytes;
  }

  /** Length of a piece: short ones more often, at most `max`. */
  #chunk(max: number): number {
    const wanted = 1 + this.#below(2 ** this.#below(12));
    return Math.max(0, Math.min(max, wanted));
  }

  #interesting(): number {
    return interesting[this.#below(interesting.length)] ?? 0;
  }

  /** A length field, perhaps: two, three or four bytes in either order, set or moved a little. */
  #number(at: number): void {
    const size = 2 + this.#below(3);
    if (at + size > this.#length) return;
    const isLittle = this.#draw() < 0.4;
    const before = isLittle ? this.#bytes.readUIntLE(at, size) : this.#bytes.readUIntBE(at, size);
    const value =
      this.#draw() < 0.4 ? Math.max(0, before + this.#below(33) - 16) : this.#interesting();
    const fitting = value % 2 ** (8 * size);
    if (isLittle) this.#bytes.writeUIntLE(fitting, at, size);
    else this.#bytes.writeUIntBE(fitting, at, size);
  }

  /** The next digits in the text become another number. */
  #writtenNumber(from: number): void {
    let start = from;
    while (start < this.#length && !isDigit(this.#bytes[start])) start += 1;
    if (start >= this.#length) return;
    let end = start;
    while (end < this.#length && isDigit(this.#bytes[end])) end += 1;
    const text = writtenNumbers[this.#below(writtenNumbers.length)] ?? "0";
    this.#replace(start, end - start, bytesOf(text));
  }

  #insert(at: number, what: Uint8Array): void {
    this.#replace(at, 0, what);
  }

  #overwrite(at: number, what: Uint8Array): void {
    const end = Math.min(this.#bytesMax, at + what.length);
    this.#bytes.set(what.subarray(0, end - at), at);
    this.#length = Math.max(this.#length, end);
  }

  /** What does not fit any more falls off the end. */
  #replace(at: number, count: number, what: Uint8Array): void {
    const room = this.#bytesMax - at;
    const piece = what.subarray(0, room);
    const tailTo = at + piece.length;
    const tailFrom = at + count;
    const tail = Math.min(this.#length - tailFrom, this.#bytesMax - tailTo);
    if (tail > 0) this.#bytes.copyWithin(tailTo, tailFrom, tailFrom + tail);
    this.#bytes.set(piece, at);
    this.#length = tailTo + Math.max(0, tail);
  }

  #copy(at: number, count: number): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(at, at + count));
  }

  #swap(at: number): void {
    const other = this.#below(Math.max(1, this.#length));
    const size = this.#chunk(Math.min(this.#length - at, this.#length - other));
    const [first, second] = [this.#copy(at, size), this.#copy(other, size)];
    this.#overwrite(at, second);
    this.#overwrite(other, first);
  }

  /** A piece of another seed. */
  #splice(at: number): void {
    const seed = this.#seed();
    const from = this.#below(Math.max(1, seed.length));
    const piece = seed.subarray(from, from + this.#chunk(seed.length - from));
    if (this.#draw() < 0.5) this.#insert(at, piece);
    else this.#overwrite(at, piece);
  }

  /** Two sessions, each cut at a border. */
  #join(): void {
    const seed = this.#seed();
    const from = borderFrom(seed, this.#below(Math.max(1, seed.length)), seed.length);
    const at = borderFrom(this.#bytes, this.#below(Math.max(1, this.#length)), this.#length);
    this.#length = at;
    this.#replace(at, 0, seed.subarray(from));
  }

  /** The same piece again and again: what grows with a count shows here. */
  #repeat(at: number): void {
    const piece = this.#copy(at, this.#chunk(this.#length - at));
    if (piece.length === 0) return;
    const times = 2 ** (1 + this.#below(14));
    const room = this.#bytesMax - this.#length;
    const count = Math.min(times, Math.floor(room / piece.length));
    if (count < 1) return;
    const tail = this.#copy(at, this.#length - at);
    for (let index = 0; index < count; index++) this.#bytes.set(piece, at + index * piece.length);
    this.#bytes.set(tail, at + count * piece.length);
    this.#length += count * piece.length;
  }

  #noise(at: number): void {
    const size = this.#chunk(Math.min(64, this.#length - at));
    for (let index = at; index < at + size; index++) this.#bytes[index] = this.#below(256);
  }

  /** A line goes, comes twice, or becomes very long. */
  #line(from: number): void {
    const start = this.#bytes.lastIndexOf(lineFeed, from) + 1;
    const next = this.#bytes.indexOf(lineFeed, from);
    const end = next === -1 || next >= this.#length ? this.#length : next + 1;
    if (start >= end) return;
    const choice = this.#below(3);
    if (choice === 0) this.#replace(start, end - start, emptyBytes);
    else if (choice === 1) this.#insert(start, this.#copy(start, end - start));
    else this.#insert(end - 1, Buffer.alloc(2 ** this.#below(15), this.#token()));
  }

  #below(limit: number): number {
    return Math.floor(this.#draw() * limit);
  }
}

const emptyBytes = new Uint8Array(0);
const lineFeed = 0x0a;

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** The next place where a piece of a session ends. */
function borderFrom(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at + 3 < end && at < from + 4_096; at++) {
    const [a, b, c] = [bytes[at], bytes[at + 1], bytes[at + 2]];
    if (a === lineFeed && (b === lineFeed || (b === 0x0d && c === lineFeed))) {
      return at + (b === lineFeed ? 2 : 3);
    }
    if (a === 0 && b === 0 && c === 1) return at;
    if (a === 0x24 && b !== undefined && b < 4) return at;
  }
  return from;
}
