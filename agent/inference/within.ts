/** Waits for something from another thread, but not for ever. */
import type { Clock } from "../runtime/clock.ts";

export function within<Value>(clock: Clock, ms: number, value: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(new Error(`no answer within ${ms} ms`)));
    value.then(resolve, reject).finally(cancel);
  });
}
