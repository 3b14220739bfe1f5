import { evidenceContract } from "./evidence.contract.ts";
import { MemoryStore } from "./memory-store.ts";
import { storeContract } from "./store.contract.ts";

storeContract("memory store", async (limits) => new MemoryStore(limits));
evidenceContract("memory store", async (limits) => new MemoryStore(limits));
