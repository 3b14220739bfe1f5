/**
 * What somebody without the key can do to a tree of evidence (violation a1 with three revisions, b2
 * with one): single bits flipped anywhere, files and folders swapped, removed, added, renamed.
 */
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";

export interface Flip {
  readonly file: string;
  readonly at: number;
  readonly undo: () => void;
}

/** One at a time, drawn over every byte of every file; each must be undone before the next. */
export function* flips(folder: string, count: number): Generator<Flip> {
  const files = filesIn(folder);
  const bytes = files.map((file) => statSync(join(folder, file)).size);
  const total = bytes.reduce((sum, each) => sum + each, 0);
  let state = 20_261_123;
  const draw = (limit: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let flip = 0; flip < count; flip++) {
    let at = draw(total);
    const index = bytes.findIndex((each) => {
      if (at < each) return true;
      at -= each;
      return false;
    });
    const file = files[index] ?? "";
    const path = join(folder, file);
    const before = readFileSync(path);
    const flipped = Buffer.from(before);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << draw(8));
    writeFileSync(path, flipped);
    yield { file, at, undo: () => writeFileSync(path, before) };
  }
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();

const swap = (folder: string, a: string, b: string) => {
  renameSync(join(folder, a), join(folder, "swap"));
  renameSync(join(folder, b), join(folder, a));
  renameSync(join(folder, "swap"), join(folder, b));
};

export const tamperings: readonly {
  readonly name: string;
  readonly change: (folder: string) => void;
  readonly first: RegExp;
}[] = [
  {
    name: "two pictures of a revision swapped",
    change: (folder) => swap(folder, "a1/0001/view.jpg", "a1/0001/close-up.jpg"),
    first: /^a1\/0001\/view\.jpg: has SHA-256 [0-9a-f]{64}, the manifest says/,
  },
  {
    name: "a picture of another revision in its place",
    change: (folder) => swap(folder, "a1/0001/view.jpg", "a1/0002/view.jpg"),
    first: /^a1\/0001\/view\.jpg: has SHA-256/,
  },
  {
    name: "a manifest of another revision, with its signature",
    change: (folder) => {
      swap(folder, "a1/0001/manifest.json", "a1/0002/manifest.json");
      swap(folder, "a1/0001/manifest.sig", "a1/0002/manifest.sig");
    },
    first: /^a1\/0001/,
  },
  {
    name: "a signature of another manifest",
    change: (folder) => swap(folder, "a1/0001/manifest.sig", "a1/0002/manifest.sig"),
    first: /^a1\/0001\/manifest\.json: does not bear the signature/,
  },
  {
    name: "two revisions in each other's place",
    change: (folder) => swap(folder, "a1/0002", "a1/0003"),
    first: /^a1\/0002: holds revision 3/,
  },
  {
    name: "a revision under another violation's name",
    change: (folder) => renameSync(join(folder, "b2"), join(folder, "b3")),
    first: /^b3\/0001: belongs to violation b2/,
  },
  {
    name: "a picture missing",
    change: (folder) => rmSync(join(folder, "a1/0002/view.jpg")),
    first: /^a1\/0002\/view\.jpg: is missing/,
  },
  {
    name: "a manifest missing",
    change: (folder) => rmSync(join(folder, "a1/0002/manifest.json")),
    first: /^a1\/0002\/manifest\.json: is missing/,
  },
  {
    name: "a signature missing",
    change: (folder) => rmSync(join(folder, "a1/0002/manifest.sig")),
    first: /^a1\/0002\/manifest\.sig: is missing/,
  },
  {
    name: "a signature that is too long",
    change: (folder) =>
      writeFileSync(
        join(folder, "a1/0001/manifest.sig"),
        Buffer.concat([readFileSync(join(folder, "a1/0001/manifest.sig")), Buffer.from("x")]),
      ),
    first: /^a1\/0001\/manifest\.sig: has 65 bytes, expected 64/,
  },
  {
    name: "a picture cut short",
    change: (folder) => {
      const path = join(folder, "a1/0001/view.jpg");
      writeFileSync(path, readFileSync(path).subarray(1));
    },
    first: /^a1\/0001\/view\.jpg: has 699 bytes, the manifest says 700/,
  },
  {
    name: "a file added to a revision",
    change: (folder) => writeFileSync(join(folder, "a1/0001/notes.txt"), "x"),
    first: /^a1\/0001\/notes\.txt: is not in the manifest/,
  },
  {
    name: "a file added to a violation",
    change: (folder) => writeFileSync(join(folder, "a1/notes.txt"), "x"),
    first: /^a1\/notes\.txt: is no folder of a revision/,
  },
  {
    name: "a file added to the tree",
    change: (folder) => writeFileSync(join(folder, "notes.txt"), "x"),
    first: /^notes\.txt: is no folder of a violation/,
  },
  {
    name: "a folder added to the tree",
    change: (folder) => mkdirSync(join(folder, "c3")),
    first: /^c3: is empty/,
  },
  {
    name: "a link in place of a picture",
    change: (folder) => {
      const path = join(folder, "a1/0001/view.jpg");
      renameSync(path, join(folder, "../elsewhere.jpg"));
      symlinkSync("../../../elsewhere.jpg", path);
    },
    first: /^a1\/0001\/view\.jpg: is no plain file/,
  },
  {
    name: "a picture renamed",
    change: (folder) =>
      renameSync(join(folder, "a1/0001/view.jpg"), join(folder, "a1/0001/other.jpg")),
    first: /^a1\/0001\/view\.jpg: is missing/,
  },
  {
    name: "a revision copied to a place of its own",
    change: (folder) =>
      cpSync(join(folder, "a1/0003"), join(folder, "a1/0004"), { recursive: true }),
    first: /^a1\/0004: holds revision 3/,
  },
  {
    name: "a revision missing from the middle",
    change: (folder) => rmSync(join(folder, "a1/0002"), { recursive: true }),
    first: /^a1\/0003: names revision 2 with SHA-256 .* there is revision 1/,
  },
  {
    name: "the first revision missing",
    change: (folder) => rmSync(join(folder, "a1/0001"), { recursive: true }),
    first: /^a1\/0002: names revision 1 before it, which is missing/,
  },
  {
    name: "a whole violation missing",
    change: (folder) => rmSync(join(folder, "b2"), { recursive: true }),
    first: /^a1\/0002: is manifest 3, 2 is missing/,
  },
  {
    name: "the chain's end cut off",
    change: (folder) => rmSync(join(folder, "a1/0003"), { recursive: true }),
    first: /^head: says that the chain ends with manifest 4, it ends with 3/,
  },
  {
    name: "the chain's end cut off, and what says where it ended",
    change: (folder) => {
      rmSync(join(folder, "a1/0003"), { recursive: true });
      rmSync(join(folder, "head"));
    },
    first: /^head: is missing: nothing says where the chain ends/,
  },
  {
    name: "everything gone but the head",
    change: (folder) => {
      rmSync(join(folder, "a1"), { recursive: true });
      rmSync(join(folder, "b2"), { recursive: true });
    },
    first: /^head: says that the chain ends with manifest 4, it ends with none/,
  },
  {
    name: "a note that files were dropped, made of another signed text",
    change: (folder) =>
      writeFileSync(join(folder, "a1/0001/dropped"), readFileSync(join(folder, "head"))),
    first: /^a1\/0001\/dropped: is signed, but no note of a drop/,
  },
];
