/**
 * The bill of materials in CycloneDX 1.5: every package of the lockfile that comes with a box,
 * completed with what no lockfile knows (libraries inside binaries, Node, our models). No dates,
 * random numbers or addresses of a registry: the same checkout gives the same bill.
 *
 * Read from the lockfile and not with `npm sbom`, which leaves out packages that a development tool
 * asks for as well (yaml and zod, with npm 11.19).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Component } from "./component.ts";
import { nativeParts } from "./native-parts.ts";

interface Dependency {
  readonly ref: string;
  readonly dependsOn: readonly string[];
}

export interface Bill {
  readonly components: readonly Component[];
  readonly dependencies: readonly Dependency[];
  readonly [field: string]: unknown;
}

const names = z.record(z.string(), z.string()).default({});
const lockedSchema = z.object({
  version: z.string(),
  integrity: z.string().optional(),
  license: z.string().optional(),
  dev: z.boolean().default(false),
  optional: z.boolean().default(false),
  os: z.array(z.string()).optional(),
  libc: z.array(z.string()).optional(),
  cpu: z.array(z.string()).optional(),
  dependencies: names,
  optionalDependencies: names,
});
type Locked = z.infer<typeof lockedSchema>;
const lockfileSchema = z.object({ packages: z.record(z.string(), z.unknown()) });

/** Old packages with a licence file and no licence field; docs/licences.md names them. */
const unstatedLicences: Readonly<Record<string, string>> = {
  async: "MIT",
  "@shinyoshiaki/jspack": "BSD-3-Clause",
};

export function makeBill(root: string): Bill {
  const { packages } = lockfileSchema.parse(readJson(join(root, "package-lock.json")));
  const product = z
    .object({ name: z.string(), license: z.string() })
    .extend(lockedSchema.shape)
    .parse(packages[""]);
  const locked = new Map(
    Object.entries(packages)
      .filter(([path]) => path !== "")
      .map(([path, entry]) => [path, lockedSchema.parse(entry)] as const)
      .filter(([, entry]) => !entry.dev && runsOnABox(entry)),
  );
  const refOf = (path: string): string => `${nameOf(path)}@${locked.get(path)?.version}`;
  const parts = nativeParts(root);
  const inside = (ref: string): string[] =>
    parts.filter(({ insideOf }) => insideOf(ref)).map(({ component }) => component["bom-ref"]);
  const dependsOn = (path: string, entry: Locked): string[] =>
    Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }).flatMap((name) => {
      const found = resolved(path, name, locked);
      return found === undefined ? [] : [refOf(found)];
    });
  const own = `${product.name}@${product.version}`;
  const components = [...locked].map(([path, entry]) => componentOf(nameOf(path), entry));
  const dependencies = [
    { ref: own, dependsOn: [...dependsOn("", product), ...inside("")] },
    ...[...locked].map(([path, entry]) => ({
      ref: refOf(path),
      dependsOn: [...dependsOn(path, entry), ...inside(refOf(path))],
    })),
    ...parts.map(({ component }) => ({ ref: component["bom-ref"], dependsOn: [] })),
  ];
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      lifecycles: [{ phase: "build" }],
      component: { ...componentOf(product.name, product), type: "application" },
    },
    components: inOrder(
      [...components, ...parts.map(({ component }) => component)],
      (component) => component["bom-ref"],
    ),
    dependencies: inOrder(dependencies, ({ ref }) => ref),
  };
}

function componentOf(name: string, entry: Locked): Component {
  const { version, integrity, optional } = entry;
  const licence = entry.license ?? unstatedLicences[name] ?? "none stated";
  const ref = `${name}@${version}`;
  return {
    "bom-ref": ref,
    type: "library",
    name,
    version,
    scope: optional ? "optional" : "required",
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    licenses: [/[ ()]/.test(licence) ? { expression: licence } : { license: { id: licence } }],
    ...(integrity === undefined ? {} : { hashes: [hashOf(integrity)] }),
  };
}

/** A lockfile writes SHA-512 in base64, a bill in hexadecimal. */
function hashOf(integrity: string): { readonly alg: string; readonly content: string } {
  const [algorithm = "", digest = ""] = integrity.split("-", 2);
  return {
    alg: algorithm.replace(/^sha(\d+)$/, "SHA-$1"),
    content: Buffer.from(digest, "base64").toString("hex"),
  };
}

/** Linux with glibc, on the two processors that a box may have. */
function runsOnABox({ os, cpu, libc }: Locked): boolean {
  const isThere = (wanted: readonly string[] | undefined, ours: readonly string[]): boolean =>
    wanted === undefined || wanted.some((one) => ours.includes(one));
  return isThere(os, ["linux"]) && isThere(cpu, ["x64", "arm64"]) && isThere(libc, ["glibc"]);
}

/** As Node looks for it: beside the package's own, then further up. */
function resolved(
  path: string,
  name: string,
  locked: ReadonlyMap<string, Locked>,
): string | undefined {
  for (
    let folder = path;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1))
  ) {
    const candidate = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (locked.has(candidate)) return candidate;
    if (folder === "") return undefined;
  }
}

const nameOf = (path: string): string => path.split("node_modules/").at(-1) ?? path;

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));

/** Each once: one package may lie in two places. */
function inOrder<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  const byKey = new Map(items.map((item) => [key(item), item]));
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}
