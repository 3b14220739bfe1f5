/**
 * Keeps package-lock.json usable with every registry and on every platform.
 *
 * npm writes no entry for an optional package (the binary of another platform) that the registry at
 * hand does not have, and `npm ci` then refuses the whole lockfile. The missing entries are known:
 * their version stands in the package that asks for them, their platform in their name. They carry
 * no hash; a platform that Kerbside supports (Linux with glibc) must therefore never be among them.
 *
 * `npm run fix` repairs the file; a test fails when it needs repair.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly cpu?: readonly string[];
  readonly os?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/** The lockfile with every entry that npm left out, and without addresses of a registry. */
export function completed(lockfile: Lockfile): Lockfile {
  const { packages } = lockfile;
  const entries = Object.entries({ ...packages, ...missingEntries(packages) });
  return {
    ...lockfile,
    packages: Object.fromEntries(
      entries
        .map(([path, { resolved: _, ...entry }]) => [path, entry] as const)
        .toSorted(([a], [b]) => a.localeCompare(b, "en")),
    ),
  };
}

function missingEntries(packages: Lockfile["packages"]): Record<string, LockedPackage> {
  const entries: Record<string, LockedPackage> = {};
  for (const asking of Object.values(packages)) {
    for (const [name, version] of Object.entries(asking.optionalDependencies ?? {})) {
      const path = `node_modules/${name}`;
      if (packages[path] !== undefined) continue;
      entries[path] = {
        version: version.replace(/^[\^~]/, ""),
        ...inOrderOfNpm({
          ...platformOf(name),
          ...(asking.dev === true && { dev: true }),
          optional: true,
        }),
      };
    }
  }
  return entries;
}

const inOrderOfNpm = (entry: LockedPackage): LockedPackage =>
  Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => a.localeCompare(b, "en")));

/** What a name such as `@oxlint/binding-linux-arm64-musl` says about its platform. */
function platformOf(name: string): LockedPackage {
  const words = name.replace(/^.*\//, "").split("-");
  const os = words.find((word) => systems.has(word));
  const cpu = words.find((word) => processors.has(word));
  if (os === undefined || cpu === undefined) {
    throw new Error(`${name} is missing in package-lock.json and its name tells no platform`);
  }
  const isMusl = words.some((word) => word.startsWith("musl"));
  if (os === "linux" && !isMusl && (cpu === "x64" || cpu === "arm64")) {
    throw new Error(`${name} is needed and missing: the registry must have it to make a lockfile`);
  }
  return { cpu: [cpu], os: [os], ...(isMusl && { libc: ["musl"] }) };
}

const systems = new Set(["android", "darwin", "freebsd", "linux", "openharmony", "win32"]);
const processors = new Set(["arm", "arm64", "ia32", "ppc64", "riscv64", "s390x", "x64"]);

if (import.meta.main) {
  const path = resolve(import.meta.dirname, "../package-lock.json");
  const before = readFileSync(path, "utf8");
  const after = `${JSON.stringify(completed(JSON.parse(before)), null, 2)}\n`;
  if (after !== before) {
    writeFileSync(path, after);
    console.log("package-lock.json: completed");
  }
}
