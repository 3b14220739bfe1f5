/**
 * What the agent counts and measures, as Prometheus reads it.
 *
 * Names say the unit; labels are names of the configuration or words of fixed lists, so their
 * number is bounded. Parts count as they go; what another thread counts for itself arrives as a
 * running total (`countUpTo`).
 */
import {
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type LabelValues,
  Registry,
} from "prom-client";

const lookSeconds = [0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.7, 1, 1.5, 2, 4, 8];
const commitSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics(versions: { readonly agent: string; readonly node: string }) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ) => new Counter({ name: `kerbside_${name}`, help, labelNames, registers: [registry] });
  const gauge = <Label extends string = never>(
    name: string,
    help: string,
    labelNames: readonly Label[] = [],
  ) => new Gauge({ name: `kerbside_${name}`, help, labelNames, registers: [registry] });
  const histogram = <Label extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly Label[] = [],
  ) =>
    new Histogram({ name: `kerbside_${name}`, help, buckets, labelNames, registers: [registry] });

  gauge("build_info", "Versions; the value is 1.", ["version", "node"])
    .labels(versions.agent, versions.node)
    .set(1);

  return {
    registry,
    capture: {
      cameras: gauge("cameras", "Camera streams by state.", ["state"]),
      live: gauge("camera_live", "1 while the stream delivers.", ["camera", "stream"]),
      failures: counter("camera_failures_total", "Changes into a failed state.", [
        "camera",
        "stream",
        "failure",
      ]),
      pictures: counter("capture_pictures_total", "Pictures received.", ["camera", "stream"]),
      bytes: counter("capture_bytes_total", "Bytes received.", ["camera", "stream"]),
      lostPackets: counter("capture_lost_packets_total", "RTP packets lost.", ["camera", "stream"]),
      reconnects: counter("capture_reconnects_total", "Sessions begun again.", [
        "camera",
        "stream",
      ]),
      ringBytes: gauge("ring_bytes", "Memory for the stream's original video.", [
        "camera",
        "stream",
      ]),
      ringReach: gauge("ring_reach_seconds", "How far back the stream's original video goes.", [
        "camera",
        "stream",
      ]),
      ringsShort: gauge(
        "rings_short",
        "Streams that keep less original video than they should, for limits.ringTotal.",
      ),
    },
    looks: {
      met: counter("looks_met_total", "Looks finished before their deadline.", ["camera", "view"]),
      missed: counter("looks_missed_total", "Looks late or not made, by reason.", [
        "camera",
        "view",
        "reason",
      ]),
      saved: counter(
        "looks_saved_total",
        "Looks that repeat the last analysis because nothing moved, by what said so.",
        ["by"],
      ),
      packetsWrong: counter(
        "looks_packets_wrong_total",
        "Changes of a picture that the sizes of its packets did not show.",
      ),
      asked: gauge("looks_asked_per_second", "What views of live cameras ask for."),
      stretch: gauge(
        "looks_stretch_ratio",
        "By how much all views are stretched because they ask for too much; 1: not at all.",
      ),
      overloaded: gauge("overloaded", "1 while the views ask for more than the box has."),
      waiting: gauge("looks_waiting", "Looks that are due and wait."),
      inWork: gauge("looks_in_work", "Looks between decoder and detections."),
      shared: counter("looks_shared_total", "Looks that another look's analysis served too."),
      latency: histogram(
        "look_latency_seconds",
        "Time in a stage of a look; `whole` is from capture to result.",
        lookSeconds,
        ["stage"],
      ),
      decoderRestarts: counter("decoder_restarts_total", "Decoder hosts begun again, by reason.", [
        "reason",
      ]),
      sessionRestarts: counter("session_restarts_total", "Inference workers begun again.", [
        "model",
      ]),
      notLogged: counter("looks_not_logged_total", "Looks missing from the detection log."),
    },
    store: {
      commits: counter("store_commits_total", "Writes that are on disk."),
      commitTime: histogram(
        "store_commit_seconds",
        "Time of the transaction that a write was part of.",
        commitSeconds,
      ),
      failures: counter("store_failures_total", "Writes that failed."),
      waitingRequests: gauge("store_waiting_requests", "Requests that wait for the disk."),
      diskFree: gauge("disk_free_bytes", "Free space of the data folder's disk."),
      diskSparing: gauge(
        "disk_sparing",
        "How many sorts of kept data give way because less than limits.freeDisk is free.",
      ),
    },
    clock: {
      offset: gauge(
        "clock_offset_seconds",
        "The box's clock minus its time service's; NaN: nobody says.",
      ),
      bound: gauge(
        "clock_bound_seconds",
        "By how much the box's clock may be off at most; NaN: nobody says.",
      ),
      cameraOffset: gauge("camera_clock_offset_seconds", "The camera's clock minus the box's.", [
        "camera",
      ]),
    },
    outbox: {
      waiting: gauge("outbox_waiting", "Events that wait for the hub."),
      bytes: gauge("outbox_bytes", "Bytes that wait for the hub."),
      oldestAge: gauge("outbox_oldest_age_seconds", "Age of the oldest event that waits."),
      parked: gauge("outbox_parked", "Events refused for good."),
      dropped: gauge("outbox_dropped", "Events dropped at a limit since the box was set up."),
      droppedByReason: counter(
        "outbox_dropped_total",
        "Events that will not leave: dropped at a limit (rows, bytes, age) or refused for good.",
        ["reason"],
      ),
      lastSequence: gauge("outbox_last_sequence", "The newest sequence number."),
    },
    uplink: {
      connected: gauge("uplink_connected", "1 while connected with the broker."),
      published: counter("uplink_published_total", "Events that the broker accepted."),
      refused: counter("uplink_refused_total", "Events or logins refused, by reason code.", [
        "code",
      ]),
      eventAge: histogram(
        "uplink_event_age_seconds",
        "Age of an event when it was accepted.",
        [0.1, 0.5, 1, 5, 15, 60, 300, 3_600, 28_800],
      ),
    },
    samples: counter("samples_total", "Pictures of violations, kept or left out.", ["end"]),
    evidence: counter(
      "evidence_total",
      "Revisions whose evidence was collected: complete, incomplete, late, or left out.",
      ["end"],
    ),
    evidenceTime: histogram(
      "evidence_seconds",
      "What an event waited for its evidence: for its turn, its pictures, the disk, in all.",
      [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5],
      ["of"],
    ),
    events: counter("events_total", "Events decided, by kind and stage.", ["kind", "stage"]),
  };
}

/** Brings a counter up to a running total that somebody else keeps, restarts of his included. */
export class RunningTotals {
  readonly #lastTotals = new Map<string, number>();

  countUpTo<Label extends string>(
    counter: Counter<Label>,
    labels: LabelValues<Label>,
    total: number,
  ): void {
    const key = `${nameOf(counter)} ${JSON.stringify(labels)}`;
    const last = this.#lastTotals.get(key) ?? 0;
    this.#lastTotals.set(key, total);
    counter.inc(labels, total >= last ? total - last : total);
  }
}

function nameOf(counter: object): string {
  return "name" in counter ? String(counter.name) : "";
}
