/**
 * Whether a folder of evidence is what the device left: works offline, with its public key alone.
 *
 * The folder is one revision, one violation, or a whole tree. Every byte of it is either covered by
 * a signature or a fault, and the first fault is named. A tree's end is signed too (`head`), so that
 * a chain that was cut is found; who knows the newest manifest's hash from the hub says it as well,
 * and then an older tree that was put back is found.
 */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { readBounded } from "../runtime/bounded-file.ts";
import { EvidenceFault } from "./evidence-fault.ts";
import { headFile, headSchema, keysFolder, manifestFile, revisionFolder } from "./manifest.ts";
import { jsonOf, type PublicKey, splitNote } from "./signing.ts";
import { TrustedKeys } from "./trusted-keys.ts";
import { type VerifiedRevision, verifyRevision } from "./verify-revision.ts";

export interface VerifyOptions {
  readonly keys: readonly PublicKey[];
  /** SHA-256 of the newest manifest, as somebody else knows it. */
  readonly last?: string;
}

export interface Verified {
  readonly ok: boolean;
  /** The first thing that does not fit: `PATH: what`. */
  readonly first: string | null;
  readonly what: "revision" | "violation" | "tree";
  readonly violations: number;
  readonly manifests: number;
  readonly files: number;
  /** Manifests whose files were dropped at a limit. */
  readonly dropped: number;
  readonly newest: { readonly number: number; readonly sha256: string } | null;
}

type Head = ReturnType<typeof headSchema.parse>;

const headBytesMax = 64 * 1024;
const rootNames: ReadonlySet<string> = new Set([headFile, keysFolder]);
/** A running agent may go on while its tree is read. */
const triesMax = 3;

/** Rejects only when the folder itself cannot be read. */
export async function verifyEvidence(folder: string, options: VerifyOptions): Promise<Verified> {
  const names = (await readdir(folder)).toSorted();
  const what = kindOf(names);
  for (let tries = 1; ; tries++) {
    const headBefore = await headText(folder);
    const found = await verifyOnce(folder, what, options);
    const isStill = what !== "tree" || (await headText(folder)) === headBefore;
    if (found.ok || isStill || tries === triesMax) return found;
  }
}

async function headText(folder: string): Promise<string | undefined> {
  const bytes = await headBytes(folder).catch(() => undefined);
  return bytes?.toString("latin1");
}

async function verifyOnce(
  folder: string,
  what: Verified["what"],
  { keys, last }: VerifyOptions,
): Promise<Verified> {
  const seen: VerifiedRevision[] = [];
  let first: string | null = null;
  try {
    await verifyAll(folder, what, { trusted: new TrustedKeys(keys), last, seen });
  } catch (error) {
    if (!(error instanceof EvidenceFault)) throw error;
    first = error.message;
  }
  const newest = newestOf(seen);
  return {
    ok: first === null,
    first,
    what,
    violations: new Set(seen.map(({ manifest }) => manifest.violation)).size,
    manifests: seen.length,
    files: seen.reduce((sum, { isDropped, manifest }) => {
      return sum + (isDropped ? 0 : manifest.files.length);
    }, 0),
    dropped: seen.filter(({ isDropped }) => isDropped).length,
    newest: newest === undefined ? null : { number: newest.manifest.number, sha256: newest.sha256 },
  };
}

function kindOf(names: readonly string[]): Verified["what"] {
  if (names.includes(manifestFile)) return "revision";
  const isRevision = (name: string) => /^\d{4,}$/.test(name);
  return names.length > 0 && names.every(isRevision) ? "violation" : "tree";
}

async function verifyAll(
  folder: string,
  what: Verified["what"],
  given: {
    readonly trusted: TrustedKeys;
    readonly last: string | undefined;
    readonly seen: VerifiedRevision[];
  },
): Promise<void> {
  const { trusted, last, seen } = given;
  if (what === "revision") {
    seen.push(await verifyRevision(folder, "", trusted));
  } else if (what === "violation") {
    await verifyViolation(folder, "", { trusted, seen, firstNumber: 1 });
  } else {
    await verifyTree(folder, { trusted, last, seen });
  }
  if (last === undefined) return;
  const newest = newestOf(seen);
  if (newest === undefined || newest.sha256 !== last) {
    throw new EvidenceFault(
      newest?.path || ".",
      `the newest manifest has SHA-256 ${newest?.sha256 ?? "(there is none)"}, expected ${last}`,
    );
  }
}

async function verifyTree(
  folder: string,
  given: {
    readonly trusted: TrustedKeys;
    readonly last: string | undefined;
    readonly seen: VerifiedRevision[];
  },
): Promise<void> {
  const { trusted, last, seen } = given;
  await trusted.follow(folder);
  const entries = (await readdir(folder, { withFileTypes: true })).toSorted(byName);
  const violations = entries.filter(({ name }) => !rootNames.has(name));
  const head = await readHead(folder, trusted);
  if (head === undefined && last === undefined && violations.length > 0) {
    throw new EvidenceFault(headFile, "is missing: nothing says where the chain ends");
  }
  for (const entry of violations) {
    if (!entry.isDirectory()) throw new EvidenceFault(entry.name, "is no folder of a violation");
    const firstNumber = head?.first ?? Number.MAX_SAFE_INTEGER;
    await verifyViolation(folder, entry.name, { trusted, seen, firstNumber });
  }
  verifyChain(seen, head);
}

async function verifyViolation(
  root: string,
  path: string,
  given: {
    readonly trusted: TrustedKeys;
    readonly seen: VerifiedRevision[];
    /** Older manifests are not there any more. */
    readonly firstNumber: number;
  },
): Promise<void> {
  const entries = (await readdir(join(root, path), { withFileTypes: true })).toSorted(byName);
  let before: VerifiedRevision | undefined;
  for (const entry of entries) {
    const at = path === "" ? entry.name : `${path}/${entry.name}`;
    if (!entry.isDirectory()) throw new EvidenceFault(at, "is no folder of a revision");
    const revision = await verifyRevision(root, at, given.trusted);
    given.seen.push(revision);
    const { manifest } = revision;
    if (revisionFolder(manifest.revision) !== entry.name) {
      throw new EvidenceFault(at, `holds revision ${manifest.revision}`);
    }
    const violation = path === "" ? (before?.manifest.violation ?? manifest.violation) : path;
    if (manifest.violation !== violation) {
      throw new EvidenceFault(at, `belongs to violation ${manifest.violation}`);
    }
    checkBefore(at, revision, before, given.firstNumber);
    before = revision;
  }
  if (before === undefined) throw new EvidenceFault(path === "" ? "." : path, "is empty");
}

function checkBefore(
  at: string,
  { manifest }: VerifiedRevision,
  before: VerifiedRevision | undefined,
  firstNumber: number,
): void {
  const named = manifest.previous.violation;
  if (before === undefined) {
    if (named === null || named.number < firstNumber) return;
    throw new EvidenceFault(at, `names revision ${named.revision} before it, which is missing`);
  }
  if (named === null) {
    throw new EvidenceFault(at, `names none before it, but ${before.path} is there`);
  }
  if (named.revision !== before.manifest.revision || named.sha256 !== before.sha256) {
    throw new EvidenceFault(
      at,
      `names revision ${named.revision} with SHA-256 ${named.sha256} before it, there is revision ${before.manifest.revision} with ${before.sha256}`,
    );
  }
}

/** All manifests of the device, in the order of their numbers. */
function verifyChain(seen: readonly VerifiedRevision[], head: Head | undefined): void {
  const chain = seen.toSorted((a, b) => a.manifest.number - b.manifest.number);
  let before: VerifiedRevision | undefined;
  for (const revision of chain) {
    const { path, manifest } = revision;
    const number = before === undefined ? (head?.first ?? manifest.number) : nextOf(before);
    if (manifest.number !== number) {
      throw new EvidenceFault(path, `is manifest ${manifest.number}, ${number} is missing`);
    }
    checkDevice(path, manifest.device, before?.manifest.device ?? head?.device);
    const named = manifest.previous.device;
    const want = before === undefined ? named?.sha256 : before.sha256; // What went before the first is gone.
    if ((named?.number ?? 0) !== number - 1 || named?.sha256 !== want) {
      throw new EvidenceFault(path, `does not follow manifest ${number - 1} of the device`);
    }
    before = revision;
  }
  if (head === undefined) return;
  if (before === undefined || before.manifest.number !== head.last) {
    throw new EvidenceFault(
      headFile,
      `says that the chain ends with manifest ${head.last}, it ends with ${before?.manifest.number ?? "none"}`,
    );
  }
  if (before.sha256 !== head.sha256) {
    throw new EvidenceFault(before.path, "is not the manifest that the head of the chain names");
  }
}

const nextOf = ({ manifest }: VerifiedRevision) => manifest.number + 1;

function checkDevice(path: string, found: Head["device"], want: Head["device"] | undefined): void {
  if (want === undefined) return;
  if (found.id === want.id && found.division === want.division) return;
  throw new EvidenceFault(path, `is of device ${found.division}/${found.id}`);
}

async function readHead(folder: string, trusted: TrustedKeys): Promise<Head | undefined> {
  const bytes = await headBytes(folder);
  if (bytes === undefined) return undefined;
  const { signature, text } = splitNote(bytes);
  if (!trusted.isSigned(text, signature)) {
    throw new EvidenceFault(headFile, "does not bear the signature of a trusted key");
  }
  const head = headSchema.safeParse(jsonOf(text));
  if (!head.success) throw new EvidenceFault(headFile, "is signed, but no head of a chain");
  trusted.check(headFile, { bytes: text, signature }, { id: head.data.key });
  return head.data;
}

async function headBytes(folder: string): Promise<Buffer | undefined> {
  const path = join(folder, headFile);
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (!found.isFile() || found.size > headBytesMax) {
    throw new EvidenceFault(headFile, "is no head of a chain");
  }
  return await readBounded(path, headBytesMax);
}

function newestOf(seen: readonly VerifiedRevision[]): VerifiedRevision | undefined {
  return seen.toSorted((a, b) => a.manifest.number - b.manifest.number).at(-1);
}

const byName = (a: { readonly name: string }, b: { readonly name: string }) =>
  a.name < b.name ? -1 : 1;
