/** Permits for tests: one of everything, which the test changes. */
import type { Permit, PermitRegister } from "../domain/permit.ts";

export function permitOf(changes: Partial<Permit> = {}): Permit {
  return {
    number: "P-1",
    kinds: ["illegal-parking"],
    place: { type: "zone", cameraId: "east", zoneId: "kerb" },
    from: "2026-01-01",
    to: "2026-12-31",
    hours: [],
    isConfirmed: true,
    ...changes,
  };
}

export function registerOf(...permits: readonly Permit[]): PermitRegister {
  return { version: "2026-07", hash: "00".repeat(32), permits };
}
