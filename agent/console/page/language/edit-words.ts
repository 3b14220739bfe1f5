/** Words of zones, calibration, installation. */
export const editWords = {
  "zones.title": { zh: "区域", en: "Zones" },
  "calibrate.title": { zh: "标定", en: "Calibrate" },
  "install.title": { zh: "安装", en: "Install" },
} as const;
