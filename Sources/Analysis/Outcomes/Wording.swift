import Support

// The texts of all outcomes and warnings. Terminal, report, CSV, JSON and `compare` take them from here.

extension DiffusionOutcome: CustomStringConvertible {
  public var description: String {
    switch self {
    case .measured: "measured"
    case .didNotDiffuse: "no diffusion seen"
    case .tooShortToTell: "too short to tell"
    case .notRecorded: "not determined"
    }
  }

  /// A diffusivity as a table shows it.
  /// - Parameters:
  ///   - value: the number as text, used where it was measured.
  ///   - upperBound: the 95 % upper bound as text, where there is one.
  public func text(value: String, upperBound: String?) -> String {
    if self == .measured { return value }
    return upperBound.map { "\(self): D < \($0) (95 %)" } ?? description
  }
}

extension ArrheniusOutcome: CustomStringConvertible {
  public var description: String {
    switch self {
    case .fitted: "fitted"
    case .fittedWithoutError: "no error"
    case .tooFewTemperatures: "not determined"
    }
  }
}

extension ArrheniusModel: CustomStringConvertible {
  public var description: String {
    switch self {
    case .line: "one line"
    case .transition: "a transition between two lines"
    case .vtf: "a Vogel–Tammann–Fulcher curve"
    }
  }
}

extension OverflowedResult: CustomStringConvertible {
  public var description: String {
    switch self {
    case .conductivity: "the conductivity"
    case .prefactor: "the prefactor"
    case .activationEnergy: "the activation energy"
    case .observable: "the value"
    case .error: "the error"
    }
  }
}

extension Warning: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shortRunsLeftOut, .diffusivityStillChanges, .noDiffusivityError, .fitNeedsLongerRuns,
      .replicasDiffer, .twoReplicasMayDiffer, .fitStartsAtReturnTime, .fitStartsBeforeReturnTime:
      ofFit
    case .tooFewHops, .noGrowthBeyondChance, .diffusivityUndetermined, .upperBoundOnly: ofBound
    case .binomialError, .unequalRunLengths: ofActiveIons
    case .temperaturesWithoutDiffusivity, .tooFewTemperatures, .temperaturesWithoutError,
      .noActivationEnergyError, .noExtrapolationInterval, .notOnOneLine, .curved, .temperaturesAsBounds,
      .tooFewCorrelationTimes, .temperaturesWithoutRotationTime, .overflow:
      ofArrheniusFit
    case .correlationDoesNotDecay, .correlationStaysAbove, .rotationFit, .rotationTooSlow, .rotationTooFast,
      .noRotationFit, .rotationOrLibration:
      ofRotation
    case .notRefilled, .noSiteHops, .completedStaysOnly, .noHopAwayFromEnds, .fittedBetween, .noInterstices,
      .noCommonSteps, .correlationsOfJoinedPaths, .frameworkMoves:
      ofMechanism
    case .noSites, .noStayEnded, .tooFewSuccessiveHops, .tooFewStays, .sitesMayBeMissing,
      .replicasFoundDifferentSites,
      .cationsOffInterstices, .stretchedResidence:
      ofSites
    case .noDriftReference, .driftOfAll, .frozenIons, .brokenMolecules, .leftTrainingSet, .text: ofRuns
    case .chargeFromTable, .unusualCharge, .noCharge, .structureChargesUnread, .frameworkWithoutAnions,
      .noFramework:
      ofSpecies
    case .driftsInTime, .anionsLeaveTheirPlaces, .symmetryChanges: ofRunState
    case .errorExceedsValue, .intervalTooWide, .fittedBeforeDiffusion, .noDiffusivityToCompare: ofStanding
    }
  }

  private var ofStanding: String {
    switch self {
    case .errorExceedsValue(let value, let error):
      "not determined: the error, \(threeDecimals(error)), exceeds the value, \(threeDecimals(value))"
    case .intervalTooWide(let low, let high):
      "not determined: the 95 % interval spans \(threeDecimals(low)) to \(threeDecimals(high))"
    case .fittedBeforeDiffusion(let from, let to, let diffusion):
      "not determined: the runs allow lags of \(threeDecimals(from)) to \(threeDecimals(to)) ps, and D is fitted from "
        + "\(threeDecimals(diffusion)) ps on"
    case .noDiffusivityToCompare(let from, let to):
      "not determined: no D to compare with (the runs allow lags of \(threeDecimals(from)) to \(threeDecimals(to)) ps)"
    default: ""
    }
  }

  private var ofFit: String {
    switch self {
    case .shortRunsLeftOut(let count, let runs):
      "D leaves out \(count) of \(runs) runs, shorter than half of the longest"
    case .diffusivityStillChanges:
      "D(t) still falls at the longest times that the runs resolve: the interval allows for it, and longer runs "
        + "would narrow it"
    case .noDiffusivityError:
      "D has no error: the runs are too short for time blocks, and there are no replicas"
    case .fitNeedsLongerRuns(let firstLag, let longest):
      "no D: a fit from \(threeDecimals(firstLag)) ps on needs runs longer than \(threeDecimals(longest)) ps"
    case .replicasDiffer:
      "replicas differ by more than the motion within them explains: the interval is that of their spread"
    case .twoReplicasMayDiffer(let probability):
      "the two replicas may differ for good (probability \(threeDecimals(probability))): two can't tell; a third would"
    case .fitStartsAtReturnTime(let time, let factor):
      "hops are undone after \(threeDecimals(time)) ps on average: the fit starts at "
        + "\(threeDecimals(factor)) times that"
    case .fitStartsBeforeReturnTime(let time, let factor, let firstLag):
      "hops are undone after \(threeDecimals(time)) ps on average: the fit starts at "
        + "\(threeDecimals(firstLag)) ps, as the runs are too short for \(threeDecimals(factor)) times that; "
        + "D may be some per cent too high"
    default: ""
    }
  }

  private var ofBound: String {
    func poisson(_ level: Double, _ length_A: Double) -> String {
      "the upper bound is the \(threeDecimals(100 * level)) % Poisson bound of the hop rate times "
        + "(\(threeDecimals(length_A)) Å)²/6"
    }
    return switch self {
    case .tooFewHops(let hops, let minimum, let level, let length):
      "did not diffuse: \(hops) hops, fewer than \(minimum); \(poisson(level, length))"
    case .noGrowthBeyondChance(let hops, let level, let source):
      "did not diffuse: \(hops) hops, but the mean squared displacement does not grow beyond chance; the upper "
        + "bound is at \(threeDecimals(100 * level)) % by the spread of \(source.rawValue)"
    case .diffusivityUndetermined(let level, let length): "no diffusivity; \(poisson(level, length))"
    case .upperBoundOnly(let hops, let level, let length):
      "no diffusivity: \(hops) hop\(hops == 1 ? "" : "s"); the upper bound (\(threeDecimals(100 * level)) %) holds for "
        + "slow motion of any kind, and for jumps of up to \(threeDecimals(length)) Å"
    default: ""
    }
  }

  private var ofActiveIons: String {
    switch self {
    case .binomialError:
      "the error of the active fraction is binomial: too small if ions move together (three replicas would tell)"
    case .unequalRunLengths(let shortest, let longest):
      "one active cut-off for runs of \(threeDecimals(shortest)) to \(threeDecimals(longest)) ps: longer runs "
        + "reach it more"
    default: ""
    }
  }

  private var ofArrheniusFit: String {
    func list(_ temperatures_K: [Double]) -> String {
      temperatures_K.map { "\(threeDecimals($0)) K" }.joined(separator: ", ")
    }
    func temperatures(_ count: Int) -> String { "\(count) temperature\(count == 1 ? "" : "s")" }
    return switch self {
    case .temperaturesWithoutDiffusivity(let temperatures):
      "without a diffusivity, and so not in the Arrhenius fit: \(list(temperatures))"
    case .temperaturesAsBounds(let temperatures):
      "without a diffusivity of their own, in the Arrhenius fit by what their runs exclude: \(list(temperatures))"
    case .tooFewTemperatures(let found):
      "no activation energy: \(temperatures(found)) with a diffusivity, two are needed"
    case .temperaturesWithoutError(let temperatures):
      "without an error of their own, taken to have that of the others: \(list(temperatures))"
    case .noActivationEnergyError: "no error of the activation energy: two temperatures without errors"
    case .noExtrapolationInterval(let temperature):
      "no interval for \(threeDecimals(temperature)) K, as no error is known"
    case .notOnOneLine(let probability):
      "the temperatures do not lie on one Arrhenius line: a scatter like theirs has a chance of "
        + "\(threeDecimals(100 * probability)) % within their errors"
    case .curved(let model, let probability, let temperature):
      "not one Arrhenius line: \(model) is more likely (probability \(threeDecimals(probability))"
        + (temperature.map { ", at \(threeDecimals($0)) K" } ?? "") + ")"
    case .tooFewCorrelationTimes(let found):
      "\(temperatures(found)) with a correlation time, two are needed"
    case .temperaturesWithoutRotationTime(let temperatures):
      "without a rotation time, and so not in the fit: \(list(temperatures))"
    case .overflow(let result, let temperature):
      "\(result)" + (temperature.map { " at \(threeDecimals($0)) K" } ?? "")
        + " left out: too large or too small for a number"
    default: ""
    }
  }

  private var ofMechanism: String {
    switch self {
    case .notRefilled: "no place was refilled to half of the mean density"
    case .noSiteHops: "no hop between sites was seen"
    case .completedStaysOnly: "of stays that began and ended within the run: long ones are missing"
    case .noHopAwayFromEnds(let margin):
      "no hop with \(threeDecimals(margin)) ps of the run before and after it"
    case .fittedBetween(let firstLag, let lastLag):
      "between lags of \(threeDecimals(firstLag)) and \(threeDecimals(lastLag)) ps"
    case .noInterstices(let reason): "no interstices between the anions: \(reason)"
    case .noCommonSteps: "mobile ions and anions have no two steps in common: no mechanism"
    case .correlationsOfJoinedPaths:
      "msd-in-run leaves out displacements that an older version computed in a cell that changes: it joined paths by "
        + "shortest displacements, which leave the lattice"
    case .frameworkMoves(let distance, let sampled):
      "the anions as a whole move by \(threeDecimals(distance)) Å within \(threeDecimals(sampled)) ps, and this drift is "
        + "not removed (drift: framework removes it): sites, hops and densities are not determined"
    default: ""
    }
  }

  private var ofRunState: String {
    func text(_ value: Double) -> String { abs(value) < 10 ? fourDigits(value) : threeDecimals(value) }
    return switch self {
    case .driftsInTime(let run, let quantity, let first, let last, let jump?, let sampled):
      "\(run): \(quantity.name.name) jumps from \(text(first)) to \(text(last)) \(quantity.name.unit) at some "
        + "\(threeDecimals(jump)) of the \(threeDecimals(sampled)) ps that were sampled: the run was not in equilibrium"
    case .driftsInTime(let run, let quantity, let first, let last, nil, let sampled):
      "\(run): \(quantity.name.name) drifts beyond chance within the \(threeDecimals(sampled)) ps that were sampled, from "
        + "\(text(first)) to \(text(last)) \(quantity.name.unit): the run was not in equilibrium"
    case .anionsLeaveTheirPlaces(let run, let rms, let spacing, let moved, let anions, let sampled):
      "\(run): the anions leave their places within \(threeDecimals(sampled)) ps: \(threeDecimals(rms)) Å root mean square "
        + "at a spacing of \(threeDecimals(spacing)) Å, \(moved) of \(anions) elsewhere at the end: a melt has no lattice "
        + "for sites, hops or interstices"
    case .symmetryChanges(let run, let first, let last, let sampled):
      "\(run): the lattice of the anions changes from \(first) to \(last) within \(threeDecimals(sampled)) ps"
    default: ""
    }
  }

  private var ofSites: String {
    switch self {
    case .noSites: "no site was found, or no ion was at one"
    case .noStayEnded(let bound):
      "no ion left its site: the mean residence is longer than \(threeDecimals(bound)) ps (95 %)"
    case .tooFewSuccessiveHops(let found, let minimum):
      "\(found) hops follow another hop of the same ion, fewer than \(minimum): no correlation factor"
    case .tooFewStays(let found, let minimum):
      "\(found) stays began and ended in the runs, fewer than \(minimum), or all alike: no exponent"
    case .sitesMayBeMissing:
      "the mean framework shows no symmetry that would make sites equivalent: sites that were not visited in these "
        + "runs are missing, and hops to them are not counted"
    case .replicasFoundDifferentSites(let fewest, let most):
      "replicas have from \(threeDecimals(fewest)) to \(threeDecimals(most)) sites for each ion: hop rates compare "
        + "different sites"
    case .cationsOffInterstices(let weight):
      "the mobile ions are not at these interstices: their weight before normalisation is "
        + "\(threeDecimals(weight)); shares, occupations and entropy have no meaning"
    case .stretchedResidence(let exponent):
      "stays are not exponential (Bayesian information criterion): Weibull's exponent is \(threeDecimals(exponent))"
    default: ""
    }
  }

  private var ofRotation: String {
    func number(_ value: Double, _ error: Double?) -> String {
      threeDecimals(value) + (error.map { " ± \(threeDecimals($0))" } ?? "")
    }
    switch self {
    case .correlationDoesNotDecay: return "the function does not fall to 1/e within half of the run"
    case .correlationStaysAbove(let plateau, let error):
      return
        "the function does not fall to 1/e but to a plateau of \(number(plateau, error)): longer runs do not "
        + "change that"
    case .rotationFit(let stretching, let plateau, let plateauError, let drop, let logEvidence):
      var text = "one exponential"
      if let stretching {
        text = "mean time of a stretched exponential with an exponent of \(threeDecimals(stretching))"
      }
      if let plateau {
        text +=
          ", the part above a plateau of \(number(plateau, plateauError)): the anions reach few orientations"
      }
      if let drop { text += ", after a drop by \(threeDecimals(drop)) (libration)" }
      return text + "; ln of its evidence over the next best form: \(threeDecimals(logEvidence))"
    case .rotationTooSlow(let bound):
      return "the runs are too short: longer than \(threeDecimals(bound)) ps (95 %)"
    case .rotationTooFast(let bound):
      return "decays within the first frames: shorter than \(threeDecimals(bound)) ps"
    case .rotationOrLibration:
      return "not determined: a slow rotation and a fast motion within bounds fit the function alike"
    case .noRotationFit(let anions):
      return
        "not determined: \(anions) anion\(anions == 1 ? "" : "s") or too few lags; the scatter of two or more "
        + "anions gives the error"
    default: return ""
    }
  }

  private var ofSpecies: String {
    func charge(_ value: Double) -> String { (value > 0 ? "+" : "") + fourDigits(value) }
    return switch self {
    case .chargeFromTable(let species, let value):
      "the charge of \(species) is taken to be \(charge(value)), the usual one (analysis.charge gives another): the "
        + "conductivity goes with its square"
    case .unusualCharge(let species, let given, let usual):
      "the charge of \(species) is \(charge(given)) as given, where the usual one is \(charge(usual)): the conductivity "
        + "goes with its square"
    case .noCharge(let species):
      "the charge of \(species) is not known: no conductivity (analysis.charge or --charge gives it)"
    case .structureChargesUnread(let species, let reason):
      "the structure may give \(species) another charge, but can't be read again: \(reason)"
    case .frameworkWithoutAnions(let ions):
      "no anion is at rest: what the observables say of anions holds for \(ions.joined(separator: ", ")), the ions that "
        + "do not diffuse"
    case .noFramework:
      "no ion is at rest: rotation, coordination by anions, interstices, and sites by the framework's symmetry are not "
        + "determined"
    default: ""
    }
  }

  private var ofRuns: String {
    switch self {
    case .noDriftReference(let requested):
      "drift: \(requested) needs ions that do not diffuse, and the record has none: displacements are measured in the "
        + "frame of the simulation, as with drift: none"
    case .driftOfAll(let requested):
      "drift: \(requested) needs anions, and the structure has none: displacements are measured against the centre of "
        + "mass of all atoms, as with drift: all"
    case .frozenIons(let set, let species):
      (set.isEmpty ? "" : "\(set): ")
        + "\(species.joined(separator: ", ")) frozen: bounds on its diffusion say nothing"
    case .brokenMolecules(let run, let summary), .leftTrainingSet(let run, let summary): "\(run): \(summary)"
    case .text(let sentence): sentence
    default: ""
    }
  }
}
