/** Every scene of the library, by name. */
import type { LibraryScene } from "./library-scene.ts";
import { binCollectionHours } from "./scenes/bin-collection-hours.ts";
import { binEmptiedInTime } from "./scenes/bin-emptied-in-time.ts";
import { binExposedGarbage } from "./scenes/bin-exposed-garbage.ts";
import { binFullAgain } from "./scenes/bin-full-again.ts";
import { binFullClosed } from "./scenes/bin-full-closed.ts";
import { binHiddenByLorry } from "./scenes/bin-hidden-by-lorry.ts";
import { binNightfall } from "./scenes/bin-nightfall.ts";
import { binOutageAndRestart } from "./scenes/bin-outage-and-restart.ts";
import { binPlain } from "./scenes/bin-plain.ts";
import { binRubbishBeside } from "./scenes/bin-rubbish-beside.ts";
import { junctionDay } from "./scenes/junction-day.ts";
import { junctionVisit } from "./scenes/junction-visit.ts";
import { parkingAtTheLimit } from "./scenes/parking-at-the-limit.ts";
import { parkingBicycles } from "./scenes/parking-bicycles.ts";
import { parkingCrossing } from "./scenes/parking-crossing.ts";
import { parkingFogAtDawn } from "./scenes/parking-fog-at-dawn.ts";
import { parkingGoneInTheGap } from "./scenes/parking-gone-in-the-gap.ts";
import { parkingHidden } from "./scenes/parking-hidden.ts";
import { parkingInABay } from "./scenes/parking-in-a-bay.ts";
import { parkingNight } from "./scenes/parking-night.ts";
import { parkingNoStopping } from "./scenes/parking-no-stopping.ts";
import { parkingOutage } from "./scenes/parking-outage.ts";
import { parkingPassing } from "./scenes/parking-passing.ts";
import { parkingPlain } from "./scenes/parking-plain.ts";
import { parkingRestart } from "./scenes/parking-restart.ts";
import { parkingSchool } from "./scenes/parking-school.ts";
import { parkingShakingPole } from "./scenes/parking-shaking-pole.ts";
import { parkingSharedBikes } from "./scenes/parking-shared-bikes.ts";
import { parkingTakesThePlace } from "./scenes/parking-takes-the-place.ts";
import { parkingTidalEnds } from "./scenes/parking-tidal-ends.ts";
import { parkingUnderThreshold } from "./scenes/parking-under-threshold.ts";
import { parkingWarnedOnly } from "./scenes/parking-warned-only.ts";
import { signBannerTakenDown } from "./scenes/sign-banner-taken-down.ts";
import { signNewBoard } from "./scenes/sign-new-board.ts";
import { signNightfall } from "./scenes/sign-nightfall.ts";
import { signOneDay } from "./scenes/sign-one-day.ts";
import { signOutage } from "./scenes/sign-outage.ts";
import { signPermitLapses } from "./scenes/sign-permit-lapses.ts";
import { signReplaced } from "./scenes/sign-replaced.ts";
import { signThirdSighting } from "./scenes/sign-third-sighting.ts";
import { vendingAllowed } from "./scenes/vending-allowed.ts";
import { vendingBehindABus } from "./scenes/vending-behind-a-bus.ts";
import { vendingByCues } from "./scenes/vending-by-cues.ts";
import { vendingNightfall } from "./scenes/vending-nightfall.ts";
import { vendingOutOfHours } from "./scenes/vending-out-of-hours.ts";
import { vendingOutOfPlace } from "./scenes/vending-out-of-place.ts";
import { vendingOutage } from "./scenes/vending-outage.ts";
import { vendingPassingTricycle } from "./scenes/vending-passing-tricycle.ts";
import { vendingPeopleChat } from "./scenes/vending-people-chat.ts";
import { vendingPlain } from "./scenes/vending-plain.ts";
import { vendingRestart } from "./scenes/vending-restart.ts";
import { vendingShopOverflow } from "./scenes/vending-shop-overflow.ts";
import { vendingWarnedOnly } from "./scenes/vending-warned-only.ts";

export const library: readonly LibraryScene[] = [
  binCollectionHours,
  binEmptiedInTime,
  binExposedGarbage,
  binFullAgain,
  binFullClosed,
  binHiddenByLorry,
  binNightfall,
  binOutageAndRestart,
  binPlain,
  binRubbishBeside,
  junctionDay,
  junctionVisit,
  parkingAtTheLimit,
  parkingBicycles,
  parkingCrossing,
  parkingFogAtDawn,
  parkingGoneInTheGap,
  parkingHidden,
  parkingInABay,
  parkingNight,
  parkingNoStopping,
  parkingOutage,
  parkingPassing,
  parkingPlain,
  parkingRestart,
  parkingSchool,
  parkingShakingPole,
  parkingSharedBikes,
  parkingTakesThePlace,
  parkingTidalEnds,
  parkingUnderThreshold,
  parkingWarnedOnly,
  signBannerTakenDown,
  signNewBoard,
  signNightfall,
  signOneDay,
  signOutage,
  signPermitLapses,
  signReplaced,
  signThirdSighting,
  vendingAllowed,
  vendingBehindABus,
  vendingByCues,
  vendingNightfall,
  vendingOutOfHours,
  vendingOutOfPlace,
  vendingOutage,
  vendingPassingTricycle,
  vendingPeopleChat,
  vendingPlain,
  vendingRestart,
  vendingShopOverflow,
  vendingWarnedOnly,
];
