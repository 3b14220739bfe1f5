/**
 * What stands on a composite beside its pictures, in Chinese and English: who, where, when, what,
 * which rule, and how it is checked. Pure; `composite.ts` draws it.
 *
 * It says *suspected*: a person decides. Nothing here names a person or a plate.
 */
import type { NormPolygon } from "../../pipelines/domain/geometry.ts";
import { rfc3339 } from "../../pipelines/domain/instant.ts";
import type { Kind, Stage, SubKind } from "../../pipelines/domain/kind.ts";
import type { AllowedWindow } from "../../pipelines/domain/rule.ts";
import type { EvidenceRole } from "./evidence-file.ts";

export interface CaptionFacts {
  readonly kind: Kind;
  readonly subKind: SubKind;
  readonly stage: Stage;
  readonly matter: { readonly code: string; readonly name: string };
  /** Where the box hangs, in words; absent when nobody said. */
  readonly place?: string;
  /** Longitude, latitude, WGS 84; null when nobody knows. */
  readonly point: readonly [number, number] | null;
  readonly errorMetres: number | null;
  readonly grid: string | null;
  readonly deviceId: string;
  readonly cameraId: string;
  readonly zoneId: string;
  readonly timeZone: string;
  readonly atMs: number;
  readonly observedMs: number;
  readonly reportAfterMs: number;
  /** When it is allowed; empty: at no time. */
  readonly allowed: readonly AllowedWindow[];
  readonly eventId: string;
  readonly versions: { readonly agent: string; readonly model: string };
  readonly verificationCode: string;
}

export interface CaptionField {
  readonly zh: string;
  readonly en: string;
  readonly value: string;
}

export function captionTitle({ kind, subKind, stage }: CaptionFacts): {
  readonly main: string;
  readonly side: string;
} {
  const [kindZh, kindEn] = kindWords[kind];
  const [thingZh, thingEn] = subKindWords[subKind];
  const [stageZh, stageEn] = stageWords[stage];
  return {
    main: `疑似${kindZh} · ${thingZh}   Suspected ${kindEn} · ${thingEn}`,
    side: `${stageZh} ${stageEn}`,
  };
}

export function captionFields(facts: CaptionFacts): readonly CaptionField[] {
  const { place, point, errorMetres, grid, timeZone, atMs, matter, allowed, versions } = facts;
  return [
    { zh: "地点", en: "Place", value: place ?? "未登记 not recorded" },
    {
      zh: "坐标",
      en: "Coordinates",
      value:
        point === null
          ? "未知 unknown"
          : `${point[0].toFixed(6)}, ${point[1].toFixed(6)} WGS 84${errorMetres === null ? "" : ` ±${Math.ceil(errorMetres)} m`}`,
    },
    ...(grid === null ? [] : [{ zh: "网格", en: "Grid", value: grid }]),
    { zh: "时间", en: "Time", value: captionTime(atMs, timeZone) },
    { zh: "事项", en: "Matter", value: `${matter.code} ${matter.name}` },
    {
      zh: "已观察",
      en: "Observed",
      value: `${spanText(facts.observedMs)}（阈值 threshold ${spanText(facts.reportAfterMs)}）`,
    },
    ...(allowed.length === 0
      ? []
      : [{ zh: "许可时段", en: "Allowed hours", value: allowed.map(windowText).join("; ") }]),
    {
      zh: "设备",
      en: "Device",
      value: `${facts.deviceId} / ${facts.cameraId} / ${facts.zoneId}`,
    },
    { zh: "版本", en: "Versions", value: `kerbside ${versions.agent}, ${versions.model}` },
    { zh: "事件", en: "Event", value: facts.eventId },
    { zh: "校验码", en: "Verification", value: facts.verificationCode },
  ];
}

/** Local time with its zone, to the millisecond. */
export function captionTime(atMs: number, timeZone: string): string {
  const text = rfc3339(atMs, timeZone);
  return `${text.slice(0, 10)} ${text.slice(11, 23)} ${text.slice(23)}`;
}

export function roleTitle(role: EvidenceRole): string {
  return roleWords[role].join(" ");
}

/** In pixels of a picture that shows the whole view of the camera. */
export function outlineOf(
  polygon: NormPolygon,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  return polygon
    .map(({ x, y }) => `${(x * width).toFixed(1)},${(y * height).toFixed(1)}`)
    .join(" ");
}

function windowText({ startMinute, endMinute, days, fromDate, toDate }: AllowedWindow): string {
  const hours = `${clockText(startMinute)}–${clockText(endMinute)}`;
  const of = days === undefined ? "每天 daily" : days.map((day) => dayWords[day]).join(" ");
  const dates =
    fromDate === undefined && toDate === undefined ? "" : ` ${fromDate ?? ""}~${toDate ?? ""}`;
  return `${hours} ${of}${dates}`;
}

function clockText(minute: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function spanText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? `${hours} h ${minutes % 60} min`
    : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

const kindWords: Readonly<Record<Kind, readonly [zh: string, en: string]>> = {
  "street-vending": ["占道经营", "street vending"],
  "illegal-parking": ["违法停放", "illegal parking"],
  "overflowing-bin": ["垃圾满溢", "overflowing bin"],
  "unlicensed-signage": ["违规设置户外设施", "unlicensed signage"],
};

const subKindWords: Readonly<Record<SubKind, readonly [zh: string, en: string]>> = {
  "motor-vehicle": ["机动车", "motor vehicle"],
  "non-motor-vehicle": ["非机动车", "non-motor vehicle"],
  "shared-bike-pile-up": ["共享单车堆积", "shared bicycles in a pile"],
  stall: ["摊位", "stall"],
  "shop-overflow": ["出店经营", "shop overflow"],
  "bin-overflow": ["垃圾箱满溢", "full bin"],
  "exposed-garbage": ["暴露垃圾", "exposed garbage"],
  "rubbish-heap": ["垃圾堆积", "heap of rubbish"],
  "outdoor-ad": ["户外广告", "outdoor advertisement"],
  "shop-sign": ["店招", "shop sign"],
  "pavement-board": ["占道广告牌", "board on the pavement"],
  banner: ["横幅", "banner"],
};

const stageWords: Readonly<Record<Stage, readonly [zh: string, en: string]>> = {
  clue: ["线索", "clue"],
  warned: ["已提醒", "warned"],
  reported: ["已上报", "reported"],
  cleared: ["已恢复", "cleared"],
  withdrawn: ["已撤回", "withdrawn"],
};

const roleWords: Readonly<Record<EvidenceRole, readonly [zh: string, en: string]>> = {
  "first-seen": ["首次发现", "First seen"],
  warned: ["提醒时", "At warning"],
  reported: ["上报时", "At report"],
  cleared: ["恢复后", "Cleared"],
  "close-up": ["特写", "Close-up"],
  composite: ["合成图", "Composite"],
  clip: ["视频", "Clip"],
  fresh: ["复核", "Fresh picture"],
  original: ["原始图", "Original"],
};

const dayWords: Readonly<Record<NonNullable<AllowedWindow["days"]>[number], string>> = {
  mon: "周一 Mon",
  tue: "周二 Tue",
  wed: "周三 Wed",
  thu: "周四 Thu",
  fri: "周五 Fri",
  sat: "周六 Sat",
  sun: "周日 Sun",
  workday: "工作日 workdays",
  restday: "休息日 rest days",
  holiday: "节假日 holidays",
};
