import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { completed } from "./lockfile.ts";

const asking = (name: string, dev = true) => ({
  packages: {
    "": { version: "0.1.0" },
    "node_modules/tool": {
      version: "1.2.3",
      integrity: "sha512-x",
      resolved: "https://registry.example/tool.tgz",
      ...(dev && { dev }),
      optionalDependencies: { [name]: "1.2.3" },
    },
  },
});

const rows = [
  { name: "@t/binding-darwin-arm64", want: { cpu: ["arm64"], os: ["darwin"] } },
  { name: "@t/win32-x64", want: { cpu: ["x64"], os: ["win32"] } },
  { name: "@t/binding-win32-ia32-msvc", want: { cpu: ["ia32"], os: ["win32"] } },
  { name: "@t/cli-linux-x64-musl", want: { cpu: ["x64"], os: ["linux"], libc: ["musl"] } },
  { name: "@t/linux-arm-musleabihf", want: { cpu: ["arm"], os: ["linux"], libc: ["musl"] } },
  { name: "@t/binding-linux-ppc64-gnu", want: { cpu: ["ppc64"], os: ["linux"] } },
];
for (const { name, want } of rows) {
  test(`the entry of ${name} is written from its name`, () => {
    expect(completed(asking(name)).packages[`node_modules/${name}`]).toEqual({
      version: "1.2.3",
      dev: true,
      optional: true,
      ...want,
    });
  });
}

test("the binary of a platform we support is never made up", () => {
  expect(() => completed(asking("@t/binding-linux-arm64-gnu"))).toThrow("is needed and missing");
  expect(() => completed(asking("@t/linux-x64"))).toThrow("is needed and missing");
});

test("a name without a platform is refused", () => {
  expect(() => completed(asking("fsevents"))).toThrow("tells no platform");
});

test("addresses of a registry are taken out, hashes stay", () => {
  const { packages } = completed(asking("@t/darwin-x64", false));
  expect(packages["node_modules/tool"]).toMatchObject({ integrity: "sha512-x" });
  expect(packages["node_modules/tool"]).not.toHaveProperty("resolved");
  expect(packages["node_modules/@t/darwin-x64"]).not.toHaveProperty("dev");
});

test("the lockfile of this checkout is complete (npm run fix repairs it)", () => {
  const lockfile = JSON.parse(readFileSync("package-lock.json", "utf8"));
  expect(completed(lockfile)).toEqual(lockfile);
});
