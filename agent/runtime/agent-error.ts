/**
 * The one error of operation: something in the world is wrong and a person can act on it.
 *
 * A broken invariant is not an AgentError: it is a bug, thrown as it is, and ends the process.
 * `message` carries the values, `remedy` what to do; neither ever holds a secret.
 */
const codes = [
  "CONFIG_INVALID",
  "CONFIG_UNREADABLE",
  "CONFIG_NOT_SAVED",
  "USAGE",
  "MODEL_CHECKSUM_MISMATCH",
  "MODEL_MANIFEST_INVALID",
  "MODEL_UNKNOWN",
  "MODEL_WEIGHTS_MISSING",
  "MODEL_GRAPH_UNSUPPORTED",
  "PROVIDER_MISSING",
  "DECODER_FAILED",
  "INFERENCE_FAILED",
  "MASKING_FAILED",
  "STORE_FAILED",
  "UPLINK_REFUSED",
  "FIXTURE_MISSING",
  "HUB_FAILED",
  "PORT_TAKEN",
  "EVIDENCE_KEY_UNSAFE",
  "EVIDENCE_KEY_UNREADABLE",
  "EVIDENCE_UNREADABLE",
] as const;

export type AgentErrorCode = (typeof codes)[number];

export class AgentError extends Error {
  override readonly name = "AgentError";
  readonly code: AgentErrorCode;
  readonly remedy: string;

  constructor(
    code: AgentErrorCode,
    message: string,
    remedy: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.code = code;
    this.remedy = remedy;
  }
}
