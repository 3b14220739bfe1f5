/** A TCP port of loopback that nobody uses, for servers that cannot choose one themselves. */
import { createServer } from "node:net";

/**
 * Free at this moment: somebody else may take it before it is used, so who starts a server on it
 * tries again with another.
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" ? address?.port : undefined;
      server.close(() => {
        if (port === undefined) reject(new Error("the system gave no port"));
        else resolve(port);
      });
    });
  });
}
