/**
 * A junction for tests of the whole agent: a folder with a configuration, a data folder and a
 * detector, all of it gone afterwards.
 *
 * The configuration is written as JSON, which is YAML. `tiny` (`tiny-detector.ts`) is the detector
 * of a few hundred bytes, `street-nano` the one that ships; the public one comes from the shared
 * folder.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadModel } from "../agent/inference/model-store.ts";
import { markTried } from "../agent/inference/model-trial.ts";
import { modelDataFolder } from "../agent/inference/model-weights.ts";
import { AgentProcess } from "./agent-process.ts";
import { sharedFolder } from "./shared.ts";
import { writeTinyDetector } from "./tiny-detector.ts";

export type Polygon = readonly (readonly [number, number])[];

export interface JunctionZone {
  readonly id: string;
  readonly polygon: Polygon;
  readonly rules: readonly Readonly<Record<string, unknown>>[];
}

export interface JunctionCamera {
  readonly id: string;
  readonly url: string;
  readonly crop?: readonly [number, number, number, number];
  /** Of a file in the junction's folder. */
  readonly calibration?: string;
  readonly every?: string;
  readonly zones: readonly JunctionZone[];
}

export interface JunctionContent {
  readonly cameras: readonly JunctionCamera[];
  readonly hubUrl?: string;
  readonly waitsForHub?: boolean;
  /** Default: any free one, because several agents may run on one machine in tests. */
  readonly healthPort?: number;
  /** Other sections of the file. */
  readonly sections?: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
}

export const wholePicture: Polygon = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

export class Junction {
  readonly folder: string;
  readonly model: "tiny" | "street-nano" | "yolox-nano";
  readonly #agents: AgentProcess[] = [];

  private constructor(folder: string, model: Junction["model"]) {
    this.folder = folder;
    this.model = model;
  }

  /** `weightsFile`: of the public detector; default that of the shared folder. */
  static async make(
    model: Junction["model"] = "tiny",
    weightsFile = sharedWeights(),
  ): Promise<Junction> {
    const folder = await mkdtemp(join(tmpdir(), "kerbside-junction-"));
    const junction = new Junction(folder, model);
    await mkdir(junction.dataFolder);
    if (model === "tiny") await junction.#addTiny();
    if (model === "yolox-nano") await addPublicDetector(model, junction.dataFolder, weightsFile);
    return junction;
  }

  get file(): string {
    return join(this.folder, "junction.yaml");
  }

  get dataFolder(): string {
    return join(this.folder, "data");
  }

  /** Tried already: the trial of a detector has its own tests. */
  async #addTiny(): Promise<void> {
    const { dataFolder, modelsFolder } = this;
    const manifest = await writeTinyDetector(modelsFolder, { withWeights: true });
    const folders = { dataFolder, modelsFolder };
    await markTried(await loadModel("tiny", folders), modelDataFolder(manifest, folders));
  }

  get modelsFolder(): string {
    return join(this.folder, "models");
  }

  async write(content: JunctionContent): Promise<void> {
    await writeFile(this.file, JSON.stringify(documentOf(content, this.model), undefined, 2));
  }

  /** Starts the agent on the file as it is now. */
  start(options: { readonly env?: Readonly<Record<string, string>> } = {}): AgentProcess {
    const agent = new AgentProcess({
      file: this.file,
      dataFolder: this.dataFolder,
      ...(this.model === "tiny" ? { modelsFolder: this.modelsFolder } : {}),
      ...options,
    });
    this.#agents.push(agent);
    return agent;
  }

  /** Ends all agents and removes the folder. */
  async remove(): Promise<void> {
    await Promise.all(this.#agents.map((agent) => agent.end()));
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function documentOf(
  { cameras, hubUrl, waitsForHub = true, healthPort = 0, sections = {} }: JunctionContent,
  model: string,
) {
  return {
    version: 1,
    device: { id: "test-junction", division: "445102", location: [116.647, 23.67] },
    ...(hubUrl === undefined ? {} : { hub: { url: hubUrl, acknowledge: waitsForHub } }),
    health: { listen: `127.0.0.1:${healthPort}` },
    ...sections,
    cameras: cameras.map(
      ({ id, url, crop = [0, 0, 1, 1], every = "500ms", zones, calibration }) => ({
        id,
        url,
        location: [116.647, 23.67],
        ...(calibration === undefined ? {} : { calibration }),
        views: [{ id: "all", crop, every, model }],
        zones,
      }),
    ),
  };
}

function sharedWeights(): string | undefined {
  const shared = sharedFolder();
  return shared === undefined ? undefined : join(shared, "models/yolox-nano-416.onnx");
}

/** `kerbside models add`, as a person would. */
async function addPublicDetector(
  name: "yolox-nano",
  dataFolder: string,
  weightsFile: string | undefined,
): Promise<void> {
  if (weightsFile === undefined) throw new Error(`there are no weights of ${name} here`);
  const cli = join(import.meta.dirname, "../agent/cli/main.ts");
  const args = [cli, "models", "add", name, "--data", dataFolder, "--file", weightsFile];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`kerbside models add ended with ${code}`);
}
