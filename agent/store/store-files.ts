/** Names in the data folder that more than one part of the store opens. */
export const storeFile = "store.db";
export const detectionFile = "detections.db";
