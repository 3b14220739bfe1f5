/** The JSON body of a request, bounded in bytes; what does not fit its schema is refused in words. */
import type { IncomingMessage } from "node:http";
import type { z } from "zod";
import { ConsoleRefusal } from "./routes.ts";

const bytesMaxDefault = 64 * 1024;

export async function readBody<Body>(
  request: IncomingMessage,
  schema: z.ZodType<Body>,
  bytesMax = bytesMaxDefault,
): Promise<Body> {
  const type = request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
  // A form of another site can send every other type without asking.
  if (type !== "application/json") throw new ConsoleRefusal(400, "expected application/json");
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new ConsoleRefusal(413, `more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  const parsed = schema.safeParse(jsonOf(Buffer.concat(chunks)));
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  throw new ConsoleRefusal(400, `${first?.path.join(".") ?? ""}: ${first?.message ?? "wrong"}`);
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new ConsoleRefusal(400, "the body is no JSON");
  }
}
