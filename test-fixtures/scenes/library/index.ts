/** Every scene of the library, by name. */
import type { LibraryScene } from "./library-scene.ts";
import { binAlmostOver } from "./scenes/bin-almost-over.ts";
import { binAwaitsCollection } from "./scenes/bin-awaits-collection.ts";
import { binBagPutDown } from "./scenes/bin-bag-put-down.ts";
import { binBehindLorry } from "./scenes/bin-behind-lorry.ts";
import { binCollectionHours } from "./scenes/bin-collection-hours.ts";
import { binEmptiedInTime } from "./scenes/bin-emptied-in-time.ts";
import { binExposedGarbage } from "./scenes/bin-exposed-garbage.ts";
import { binFullAgain } from "./scenes/bin-full-again.ts";
import { binFullClosed } from "./scenes/bin-full-closed.ts";
import { binHiddenByLorry } from "./scenes/bin-hidden-by-lorry.ts";
import { binLeavesSwept } from "./scenes/bin-leaves-swept.ts";
import { binNightfall } from "./scenes/bin-nightfall.ts";
import { binOutageAndRestart } from "./scenes/bin-outage-and-restart.ts";
import { binPlain } from "./scenes/bin-plain.ts";
import { binRubbishBeside } from "./scenes/bin-rubbish-beside.ts";
import { binUnseen } from "./scenes/bin-unseen.ts";
import { junctionDay } from "./scenes/junction-day.ts";
import { junctionVisit } from "./scenes/junction-visit.ts";
import { parkingAtTheLimit } from "./scenes/parking-at-the-limit.ts";
import { parkingBicycles } from "./scenes/parking-bicycles.ts";
import { parkingBriefRestart } from "./scenes/parking-brief-restart.ts";
import { parkingBusStop } from "./scenes/parking-bus-stop.ts";
import { parkingCrossing } from "./scenes/parking-crossing.ts";
import { parkingDeliveryBike } from "./scenes/parking-delivery-bike.ts";
import { parkingDenseJam } from "./scenes/parking-dense-jam.ts";
import { parkingFewSharedBikes } from "./scenes/parking-few-shared-bikes.ts";
import { parkingFogAtDawn } from "./scenes/parking-fog-at-dawn.ts";
import { parkingFoggyGusts } from "./scenes/parking-foggy-gusts.ts";
import { parkingGoneInTheGap } from "./scenes/parking-gone-in-the-gap.ts";
import { parkingHidden } from "./scenes/parking-hidden.ts";
import { parkingInABay } from "./scenes/parking-in-a-bay.ts";
import { parkingLeavesUnseen } from "./scenes/parking-leaves-unseen.ts";
import { parkingLorryBeforeZone } from "./scenes/parking-lorry-before-zone.ts";
import { parkingMarkedBays } from "./scenes/parking-marked-bays.ts";
import { parkingNight } from "./scenes/parking-night.ts";
import { parkingNightSwitch } from "./scenes/parking-night-switch.ts";
import { parkingNoStopping } from "./scenes/parking-no-stopping.ts";
import { parkingOneAfterAnother } from "./scenes/parking-one-after-another.ts";
import { parkingOutage } from "./scenes/parking-outage.ts";
import { parkingOverMidnight } from "./scenes/parking-over-midnight.ts";
import { parkingPassing } from "./scenes/parking-passing.ts";
import { parkingPlain } from "./scenes/parking-plain.ts";
import { parkingRedLight } from "./scenes/parking-red-light.ts";
import { parkingRestart } from "./scenes/parking-restart.ts";
import { parkingRiderWaits } from "./scenes/parking-rider-waits.ts";
import { parkingRidersPass } from "./scenes/parking-riders-pass.ts";
import { parkingSchool } from "./scenes/parking-school.ts";
import { parkingShakingPole } from "./scenes/parking-shaking-pole.ts";
import { parkingSharedBikes } from "./scenes/parking-shared-bikes.ts";
import { parkingStopAndGo } from "./scenes/parking-stop-and-go.ts";
import { parkingTakesThePlace } from "./scenes/parking-takes-the-place.ts";
import { parkingTidalBay } from "./scenes/parking-tidal-bay.ts";
import { parkingTidalEnds } from "./scenes/parking-tidal-ends.ts";
import { parkingUnderThreshold } from "./scenes/parking-under-threshold.ts";
import { parkingWarnedOnly } from "./scenes/parking-warned-only.ts";
import { parkingWetNight } from "./scenes/parking-wet-night.ts";
import { signAtNight } from "./scenes/sign-at-night.ts";
import { signBannerTakenDown } from "./scenes/sign-banner-taken-down.ts";
import { signFewSightings } from "./scenes/sign-few-sightings.ts";
import { signKnownShops } from "./scenes/sign-known-shops.ts";
import { signLastDay } from "./scenes/sign-last-day.ts";
import { signNewBoard } from "./scenes/sign-new-board.ts";
import { signNightfall } from "./scenes/sign-nightfall.ts";
import { signOnAVan } from "./scenes/sign-on-a-van.ts";
import { signOneDay } from "./scenes/sign-one-day.ts";
import { signOutage } from "./scenes/sign-outage.ts";
import { signPermitLapses } from "./scenes/sign-permit-lapses.ts";
import { signPermittedBanner } from "./scenes/sign-permitted-banner.ts";
import { signReplaced } from "./scenes/sign-replaced.ts";
import { signThirdSighting } from "./scenes/sign-third-sighting.ts";
import { vendingAllowed } from "./scenes/vending-allowed.ts";
import { vendingBehindABus } from "./scenes/vending-behind-a-bus.ts";
import { vendingBreakfastCart } from "./scenes/vending-breakfast-cart.ts";
import { vendingByCues } from "./scenes/vending-by-cues.ts";
import { vendingChessTable } from "./scenes/vending-chess-table.ts";
import { vendingCleaner } from "./scenes/vending-cleaner.ts";
import { vendingGuidancePoint } from "./scenes/vending-guidance-point.ts";
import { vendingLeftCart } from "./scenes/vending-left-cart.ts";
import { vendingMovingHawker } from "./scenes/vending-moving-hawker.ts";
import { vendingNightfall } from "./scenes/vending-nightfall.ts";
import { vendingOutOfHours } from "./scenes/vending-out-of-hours.ts";
import { vendingOutOfPlace } from "./scenes/vending-out-of-place.ts";
import { vendingOutage } from "./scenes/vending-outage.ts";
import { vendingPassingTricycle } from "./scenes/vending-passing-tricycle.ts";
import { vendingPeopleChat } from "./scenes/vending-people-chat.ts";
import { vendingPlain } from "./scenes/vending-plain.ts";
import { vendingPutOutBriefly } from "./scenes/vending-put-out-briefly.ts";
import { vendingRainShelter } from "./scenes/vending-rain-shelter.ts";
import { vendingRestart } from "./scenes/vending-restart.ts";
import { vendingShopOverflow } from "./scenes/vending-shop-overflow.ts";
import { vendingTerrace } from "./scenes/vending-terrace.ts";
import { vendingTricycleWaits } from "./scenes/vending-tricycle-waits.ts";
import { vendingUnloading } from "./scenes/vending-unloading.ts";
import { vendingWarnedOnly } from "./scenes/vending-warned-only.ts";

export const library: readonly LibraryScene[] = [
  binAlmostOver,
  binAwaitsCollection,
  binBagPutDown,
  binBehindLorry,
  binCollectionHours,
  binEmptiedInTime,
  binExposedGarbage,
  binFullAgain,
  binFullClosed,
  binHiddenByLorry,
  binLeavesSwept,
  binNightfall,
  binOutageAndRestart,
  binPlain,
  binRubbishBeside,
  binUnseen,
  junctionDay,
  junctionVisit,
  parkingAtTheLimit,
  parkingBicycles,
  parkingBriefRestart,
  parkingBusStop,
  parkingCrossing,
  parkingDeliveryBike,
  parkingDenseJam,
  parkingFewSharedBikes,
  parkingFogAtDawn,
  parkingFoggyGusts,
  parkingGoneInTheGap,
  parkingHidden,
  parkingInABay,
  parkingLeavesUnseen,
  parkingLorryBeforeZone,
  parkingMarkedBays,
  parkingNight,
  parkingNightSwitch,
  parkingNoStopping,
  parkingOneAfterAnother,
  parkingOutage,
  parkingOverMidnight,
  parkingPassing,
  parkingPlain,
  parkingRedLight,
  parkingRestart,
  parkingRiderWaits,
  parkingRidersPass,
  parkingSchool,
  parkingShakingPole,
  parkingSharedBikes,
  parkingStopAndGo,
  parkingTakesThePlace,
  parkingTidalBay,
  parkingTidalEnds,
  parkingUnderThreshold,
  parkingWarnedOnly,
  parkingWetNight,
  signAtNight,
  signBannerTakenDown,
  signFewSightings,
  signKnownShops,
  signLastDay,
  signNewBoard,
  signNightfall,
  signOnAVan,
  signOneDay,
  signOutage,
  signPermitLapses,
  signPermittedBanner,
  signReplaced,
  signThirdSighting,
  vendingAllowed,
  vendingBehindABus,
  vendingBreakfastCart,
  vendingByCues,
  vendingChessTable,
  vendingCleaner,
  vendingGuidancePoint,
  vendingLeftCart,
  vendingMovingHawker,
  vendingNightfall,
  vendingOutOfHours,
  vendingOutOfPlace,
  vendingOutage,
  vendingPassingTricycle,
  vendingPeopleChat,
  vendingPlain,
  vendingPutOutBriefly,
  vendingRainShelter,
  vendingRestart,
  vendingShopOverflow,
  vendingTerrace,
  vendingTricycleWaits,
  vendingUnloading,
  vendingWarnedOnly,
];
