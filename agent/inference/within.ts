/** Waits for something from another thread, but not for ever. */
import type { Clock } from "../runtime/clock.ts";

export async function within<Value>(
  clock: Clock,
  ms: number,
  value: Promise<Value>,
): Promise<Value> {
  let cancel: () => void = () => undefined;
  const late = new Promise<never>((_, reject) => {
    cancel = clock.after(ms, () => reject(new Error(`no answer within ${ms} ms`)));
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    cancel();
  }
}
