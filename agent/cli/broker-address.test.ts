import { expect, test } from "vitest";
import { runLine } from "./main.ts";
import { testIo } from "./testing.ts";

const commands = [["hub"], ["hub", "test"], ["hub", "verdict", "v1", "confirmed"]];
const password = "pass-word-1";
const addresses = [
  { name: "a login", url: `mqtt://box:${password}@hub:1883`, says: /--url holds a login/ },
  { name: "a token", url: `mqtts://${password}@hub:8883`, says: /--url holds a login/ },
  { name: "another scheme and a login", url: `http://box:${password}@hub`, says: /is no broker/ },
];
for (const command of commands) {
  for (const { name, url, says } of addresses) {
    test(`kerbside ${command.join(" ")}: an address with ${name} is refused, and not repeated`, async () => {
      const io = testIo();
      expect(await runLine([...command, "--url", url], io)).toBe(2);
      expect(io.err()).toMatch(says);
      expect(io.out() + io.err()).not.toContain(password);
    });
  }
}
