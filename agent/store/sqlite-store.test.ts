/**
 * The real store against the contract, and what only it can show: reopening, locking, healing.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { openStore } from "./sqlite-store.ts";
import { storeContract } from "./store.contract.ts";

const folders: string[] = [];
function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "kerbside-store-"));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

storeContract("SQLite store", (limits = {}) => openStore({ folder: freshFolder(), limits }));
