/**
 * A cable of so many bytes a second between a client and a server, that can be cut: connections end
 * without a goodbye, and what was under way is lost, as on a mobile link.
 */
import { connect, createServer, type Socket } from "node:net";

export interface CuttingCable {
  readonly port: number;
  readonly cutCount: () => number;
  /** Every connection ends; a new one may come at once. */
  cut(): void;
  stop(): Promise<void>;
}

const pieceBytes = 4 * 1024;

export async function startCuttingCable(
  to: { readonly host: string; readonly port: number },
  { bytesPerSecond }: { readonly bytesPerSecond: number },
): Promise<CuttingCable> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let cutCount = 0;
  const server = createServer((near) => {
    const far = connect({ ...to, noDelay: true });
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      near.destroy();
      far.destroy();
      pairs.delete(pair);
    };
    for (const socket of pair) {
      socket.on("error", end);
      socket.on("close", end);
    }
    far.on("data", (piece) => near.write(piece));
    slowly(near, far, bytesPerSecond);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the cable has no port");
  const cut = () => {
    cutCount += 1;
    for (const [near, far] of pairs) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  };
  return {
    port: address.port,
    cutCount: () => cutCount,
    cut,
    stop: async () => {
      cut();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** What does not fit waits in the sender's own buffers, as on a link that is full. */
function slowly(from: Socket, to: Socket, bytesPerSecond: number): void {
  let freeAtMs = performance.now();
  from.on("readable", function send() {
    const piece: Buffer | null = from.read(Math.min(pieceBytes, from.readableLength) || pieceBytes);
    if (piece === null) return;
    to.write(piece);
    freeAtMs = Math.max(freeAtMs, performance.now()) + (1_000 * piece.byteLength) / bytesPerSecond;
    const waitMs = freeAtMs - performance.now();
    // Timers are coarse: what is due within a few milliseconds goes at once.
    if (waitMs < 5) send();
    else setTimeout(send, waitMs);
  });
}
