import Foundation
import Testing

@testable import Analysis

struct WarningTests {
  /// One of each case.
  private static let all: [Warning] = [
    .shortRunsLeftOut(count: 1, runs: 3), .diffusivityStillChanges, .noDiffusivityError,
    .fitNeedsLongerRuns(from_ps: 1, longest_ps: 0.5), .replicasDiffer,
    .twoReplicasMayDiffer(probability: 0.2),
    .upperBoundOnly(hops: 1, level: 0.95, length_A: 4), .temperaturesAsBounds(temperatures_K: [300]),
    .curved(model: .transition, probability: 0.99, temperature_K: 475),
    .fitStartsAtReturnTime(time_ps: 0.5, factor: 5),
    .fitStartsBeforeReturnTime(time_ps: 0.5, factor: 5, from_ps: 2),
    .tooFewHops(hops: 3, minimum: 10, level: 0.95, length_A: 3),
    .noGrowthBeyondChance(hops: 30, level: 0.95, source: .blocks),
    .diffusivityUndetermined(level: 0.95, length_A: 3), .binomialError,
    .unequalRunLengths(shortest_ps: 1, longest_ps: 2),
    .temperaturesWithoutDiffusivity(temperatures_K: [300, 400]), .tooFewTemperatures(found: 1),
    .temperaturesWithoutError(temperatures_K: [300]), .noActivationEnergyError,
    .noExtrapolationInterval(temperature_K: 300), .notOnOneLine(probability: 0.001),
    .tooFewCorrelationTimes(found: 0), .temperaturesWithoutRotationTime(temperatures_K: [300]),
    .correlationDoesNotDecay, .correlationStaysAbove(plateau: 0.5, error: 0.01),
    .rotationFit(stretching: 0.8, plateau: 0.3, plateauError: 0.01, drop: nil, logEvidence: 5),
    .rotationTooSlow(longerThan_ps: 10), .rotationTooFast(shorterThan_ps: 0.1), .noRotationFit(anions: 1),
    .rotationOrLibration,
    .notRefilled, .noSiteHops,
    .completedStaysOnly, .noSites, .noStayEnded(bound_ps: 30), .tooFewSuccessiveHops(found: 3, minimum: 10),
    .tooFewStays(found: 3, minimum: 10), .sitesMayBeMissing, .replicasFoundDifferentSites(fewest: 2, most: 3),
    .cationsOffInterstices(rawWeight: 0.005), .stretchedResidence(exponent: 0.5),
    .noHopAwayFromEnds(margin_ps: 2), .fittedBetween(from_ps: 1, to_ps: 2),
    .noInterstices(reason: "no anions"), .noCommonSteps, .noDriftReference(requested: "framework"),
    .driftOfAll(requested: "framework"), .chargeFromTable(species: "Mg", charge_e: 2),
    .unusualCharge(species: "Mg", charge_e: 1, usual_e: 2), .noCharge(species: "Fe"),
    .structureChargesUnread(species: "Cu", reason: "a.cif: no atoms"),
    .frameworkWithoutAnions(ions: ["Ca"]), .noFramework,
    .frozenIons(set: "composition 0.5", species: ["Na"]), .brokenMolecules(run: "0000", summary: "apart"),
    .leftTrainingSet(run: "0000", summary: "3 atoms"),
    .correlationsOfJoinedPaths, .frameworkMoves(distance_A: 0.8, sampled_ps: 80),
    .driftsInTime(run: "0000", quantity: .volume_A3, first: 4000, last: 4100, jump_ps: nil, sampled_ps: 80),
    .anionsLeaveTheirPlaces(run: "0000", rms_A: 2, spacing_A: 6, moved: 3, anions: 16, sampled_ps: 80),
    .symmetryChanges(run: "0000", first: "Im-3m", last: "Fm-3m", sampled_ps: 80),
    .overflow(of: .conductivity, temperature_K: 0.1), .errorExceedsValue(value: 1, error: 84),
    .intervalTooWide(low: 1e-9, high: 1e-5),
    .fittedBeforeDiffusion(from_ps: 1, to_ps: 3, diffusionFrom_ps: 5),
    .noDiffusivityToCompare(from_ps: 1, to_ps: 3),
    .text("a sentence"),
  ]

  /// Each has a sentence of its own, and is restored from JSON, where its code is the only key.
  @Test func everyWarningHasACodeAndASentence() throws {
    var codes: [String] = []
    for warning in Self.all {
      let data = try JSONEncoder().encode(warning)
      #expect(try JSONDecoder().decode(Warning.self, from: data) == warning)
      let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Any]])
      #expect(object.count == 1)
      codes += object.keys
    }
    #expect(Set(codes) == Set(Warning.CodingKeys.allCases.map(\.rawValue)) && codes.count == Set(codes).count)
    #expect(Self.all.allSatisfy { !$0.description.isEmpty })
    #expect(Set(Self.all.map(\.description)).count == Self.all.count)
  }

  @Test func jumpsHaveATime() {
    let jump = Warning.driftsInTime(
      run: "0000", quantity: .volume_A3, first: 4000, last: 4100, jump_ps: 60, sampled_ps: 80)
    #expect(
      jump.description.contains("jumps from 4000 to 4100 Å³ at some 60 of the 80 ps that were sampled"),
      "\(jump)")
  }
}
