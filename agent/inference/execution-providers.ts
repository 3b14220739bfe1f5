/**
 * The runtime's execution providers: what its package has on this platform.
 *
 * The processor is always there. Others are tried when an engineer names them: having one in the
 * package does not mean that the box has a device for it.
 */
import { listSupportedBackends } from "onnxruntime-node";
import { AgentError } from "../runtime/agent-error.ts";

/** Throws when the package does not have it. */
export function checkProvider(name: string): void {
  const offered = listSupportedBackends();
  if (offered.some((one) => one.name === name)) return;
  throw new AgentError(
    "PROVIDER_MISSING",
    `the runtime has no execution provider ${name}; it offers ${offered.map(described).join(", ")}`,
    "Name one of these, or leave --provider out to tune for the processor.",
  );
}

export function providerFailed(name: string, cause: unknown): AgentError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new AgentError(
    "PROVIDER_MISSING",
    `execution provider ${name} does not start on this box: ${why.trim().split("\n", 1)[0]}`,
    "Check its device and driver, or leave --provider out to tune for the processor.",
    { cause },
  );
}

function described({
  name,
  bundled,
}: {
  readonly name: string;
  readonly bundled: boolean;
}): string {
  return bundled ? name : `${name} (its libraries come separately)`;
}
