/** Every scene of the library, by name. */
import type { LibraryScene } from "./library-scene.ts";
import { binExposedGarbage } from "./scenes/bin-exposed-garbage.ts";
import { binFullClosed } from "./scenes/bin-full-closed.ts";
import { binHiddenByLorry } from "./scenes/bin-hidden-by-lorry.ts";
import { binPlain } from "./scenes/bin-plain.ts";
import { junctionDay } from "./scenes/junction-day.ts";
import { junctionVisit } from "./scenes/junction-visit.ts";
import { parkingCrossing } from "./scenes/parking-crossing.ts";
import { parkingHidden } from "./scenes/parking-hidden.ts";
import { parkingInABay } from "./scenes/parking-in-a-bay.ts";
import { parkingNight } from "./scenes/parking-night.ts";
import { parkingOutage } from "./scenes/parking-outage.ts";
import { parkingPassing } from "./scenes/parking-passing.ts";
import { parkingPlain } from "./scenes/parking-plain.ts";
import { parkingRestart } from "./scenes/parking-restart.ts";
import { parkingTakesThePlace } from "./scenes/parking-takes-the-place.ts";
import { parkingUnderThreshold } from "./scenes/parking-under-threshold.ts";
import { parkingWarnedOnly } from "./scenes/parking-warned-only.ts";
import { signBannerTakenDown } from "./scenes/sign-banner-taken-down.ts";
import { signNewBoard } from "./scenes/sign-new-board.ts";
import { signOneDay } from "./scenes/sign-one-day.ts";
import { vendingAllowed } from "./scenes/vending-allowed.ts";
import { vendingOutOfHours } from "./scenes/vending-out-of-hours.ts";
import { vendingPassingTricycle } from "./scenes/vending-passing-tricycle.ts";
import { vendingPeopleChat } from "./scenes/vending-people-chat.ts";
import { vendingPlain } from "./scenes/vending-plain.ts";

export const library: readonly LibraryScene[] = [
  binExposedGarbage,
  binFullClosed,
  binHiddenByLorry,
  binPlain,
  junctionDay,
  junctionVisit,
  parkingCrossing,
  parkingHidden,
  parkingInABay,
  parkingNight,
  parkingOutage,
  parkingPassing,
  parkingPlain,
  parkingRestart,
  parkingTakesThePlace,
  parkingUnderThreshold,
  parkingWarnedOnly,
  signBannerTakenDown,
  signNewBoard,
  signOneDay,
  vendingAllowed,
  vendingOutOfHours,
  vendingPassingTricycle,
  vendingPeopleChat,
  vendingPlain,
];
