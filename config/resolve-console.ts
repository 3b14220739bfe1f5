/** The box's page: its address, and what is wrong or unwise about it. */
import type { ConsoleConfig } from "./agent-config.ts";
import type { CheckContext } from "./checks/check-context.ts";
import { isLoopback } from "./resolve-addresses.ts";
import { resolvePem } from "./resolve-files.ts";

export function resolveConsole(context: CheckContext): ConsoleConfig | undefined {
  const { document, report } = context;
  const { listen, cert, key } = document.console;
  if ((cert === undefined) !== (key === undefined)) {
    const [given, missing] = cert === undefined ? ["key", "cert"] : ["cert", "key"];
    report.error(["console", given], `"${given}" needs "${missing}" beside it`);
  }
  const certFile =
    cert === undefined ? undefined : resolvePem(context, ["console", "cert"], "CERTIFICATE");
  const keyFile =
    key === undefined ? undefined : resolvePem(context, ["console", "key"], "PRIVATE KEY");
  if (listen === undefined) return undefined;
  const tls = certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile };
  if (cert === undefined && !isLoopback(listen.host)) {
    report.warn(
      ["console", "listen"],
      `the page is served to the network (${listen.host}) without "cert" and "key": passwords travel readable`,
    );
  }
  return { listen, tls };
}
