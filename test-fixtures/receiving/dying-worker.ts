/** The receive worker, but a bug ends it after two seconds, each time. */
setTimeout(() => {
  throw new Error("a bug ended the worker");
}, 2_000);

await import("../../agent/capture/receive-worker.ts");
