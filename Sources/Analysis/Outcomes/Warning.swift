/// What the reader of a result has to know about it: why a value is missing, or what limits it.
///
/// In JSON an object with one key, the code of the case, whose value holds the numbers:
/// `{"fit_starts_at_return_time": {"factor": 5, "time_ps": 0.3}}`. `description` is the sentence for users.
public enum Warning: Codable, Hashable, Sendable {
  // Diffusivity.
  case shortRunsLeftOut(count: Int, runs: Int)
  case diffusivityStillChanges
  case fitNeedsLongerRuns(from_ps: Double, longest_ps: Double)
  case replicasDiffer
  case twoReplicasMayDiffer(probability: Double)

  // Why there is an upper bound instead of a diffusivity.
  case upperBoundOnly(hops: Int, level: Double, length_A: Double)

  // In results of a version that fitted slopes; this one reads them and gives others.
  case noDiffusivityError
  case fitStartsAtReturnTime(time_ps: Double, factor: Double)
  case fitStartsBeforeReturnTime(time_ps: Double, factor: Double, from_ps: Double)
  case tooFewHops(hops: Int, minimum: Int, level: Double, length_A: Double)
  case noGrowthBeyondChance(hops: Int, level: Double, source: DiffusivityEstimate.ErrorSource)
  case diffusivityUndetermined(level: Double, length_A: Double)
  case notOnOneLine(probability: Double)

  // Active ions.
  case binomialError
  case unequalRunLengths(shortest_ps: Double, longest_ps: Double)

  // Why a number means nothing.
  case errorExceedsValue(value: Double, error: Double)
  case intervalTooWide(low: Double, high: Double)
  case fittedBeforeDiffusion(from_ps: Double, to_ps: Double, diffusionFrom_ps: Double)
  case noDiffusivityToCompare(from_ps: Double, to_ps: Double)

  // Arrhenius fits.
  case temperaturesWithoutDiffusivity(temperatures_K: [Double])
  case temperaturesAsBounds(temperatures_K: [Double])
  case tooFewTemperatures(found: Int)
  case temperaturesWithoutError(temperatures_K: [Double])
  case noActivationEnergyError
  case noExtrapolationInterval(temperature_K: Double)
  case curved(model: ArrheniusModel, probability: Double, temperature_K: Double?)
  case tooFewCorrelationTimes(found: Int)
  case temperaturesWithoutRotationTime(temperatures_K: [Double])
  /// A temperature only where the result has one of its own.
  case overflow(of: OverflowedResult, temperature_K: Double?)

  // Mechanism.
  case correlationDoesNotDecay
  case correlationStaysAbove(plateau: Double, error: Double?)
  case rotationFit(
    stretching: Double?, plateau: Double?, plateauError: Double?, drop: Double?, logEvidence: Double)
  case rotationTooSlow(longerThan_ps: Double)
  case rotationTooFast(shorterThan_ps: Double)
  case noRotationFit(anions: Int)
  case rotationOrLibration
  case notRefilled
  case noSiteHops
  /// In results of a version that left out the stays that the ends of a run cut short.
  case completedStaysOnly
  case noSites
  case noStayEnded(bound_ps: Double)
  case tooFewSuccessiveHops(found: Int, minimum: Int)
  case tooFewStays(found: Int, minimum: Int)
  case sitesMayBeMissing
  case replicasFoundDifferentSites(fewest: Double, most: Double)
  case cationsOffInterstices(rawWeight: Double)
  case stretchedResidence(exponent: Double)
  case noHopAwayFromEnds(margin_ps: Double)
  case fittedBetween(from_ps: Double, to_ps: Double)
  case noInterstices(reason: String)
  case noCommonSteps
  case correlationsOfJoinedPaths
  case frameworkMoves(distance_A: Double, sampled_ps: Double)

  // The diffusing ions and their charges.
  case chargeFromTable(species: String, charge_e: Double)
  case unusualCharge(species: String, charge_e: Double, usual_e: Double)
  case noCharge(species: String)
  case structureChargesUnread(species: String, reason: String)
  case frameworkWithoutAnions(ions: [String])
  case noFramework

  // Runs.
  case noDriftReference(requested: String)
  case driftOfAll(requested: String)
  case frozenIons(set: String, species: [String])
  case brokenMolecules(run: String, summary: String)
  case leftTrainingSet(run: String, summary: String)
  case driftsInTime(
    run: String, quantity: RunQuantity, first: Double, last: Double, jump_ps: Double?, sampled_ps: Double)
  case anionsLeaveTheirPlaces(
    run: String, rms_A: Double, spacing_A: Double, moved: Int, anions: Int, sampled_ps: Double)
  case symmetryChanges(run: String, first: String, last: String, sampled_ps: Double)
  /// A sentence in results of a version that did not record codes.
  case text(String)

  enum CodingKeys: String, CodingKey, CaseIterable {
    case shortRunsLeftOut = "short_runs_left_out"
    case diffusivityStillChanges = "diffusivity_still_changes"
    case noDiffusivityError = "no_diffusivity_error"
    case fitNeedsLongerRuns = "fit_needs_longer_runs"
    case replicasDiffer = "replicas_differ"
    case twoReplicasMayDiffer = "two_replicas_may_differ"
    case fitStartsAtReturnTime = "fit_starts_at_return_time"
    case fitStartsBeforeReturnTime = "fit_starts_before_return_time"
    case tooFewHops = "too_few_hops"
    case noGrowthBeyondChance = "no_growth_beyond_chance"
    case diffusivityUndetermined = "diffusivity_undetermined"
    case upperBoundOnly = "upper_bound_only"
    case binomialError = "binomial_error"
    case unequalRunLengths = "unequal_run_lengths"
    case errorExceedsValue = "error_exceeds_value"
    case intervalTooWide = "interval_too_wide"
    case fittedBeforeDiffusion = "fitted_before_diffusion"
    case noDiffusivityToCompare = "no_diffusivity_to_compare"
    case temperaturesWithoutDiffusivity = "temperatures_without_diffusivity"
    case temperaturesAsBounds = "temperatures_as_bounds"
    case tooFewTemperatures = "too_few_temperatures"
    case temperaturesWithoutError = "temperatures_without_error"
    case noActivationEnergyError = "no_activation_energy_error"
    case noExtrapolationInterval = "no_extrapolation_interval"
    case notOnOneLine = "not_on_one_line"
    case curved
    case tooFewCorrelationTimes = "too_few_correlation_times"
    case temperaturesWithoutRotationTime = "temperatures_without_rotation_time"
    case overflow
    case correlationDoesNotDecay = "correlation_does_not_decay"
    case correlationStaysAbove = "correlation_stays_above"
    case rotationFit = "rotation_fit"
    case rotationTooSlow = "rotation_too_slow"
    case rotationTooFast = "rotation_too_fast"
    case noRotationFit = "no_rotation_fit"
    case rotationOrLibration = "rotation_or_libration"
    case notRefilled = "not_refilled"
    case noSiteHops = "no_site_hops"
    case completedStaysOnly = "completed_stays_only"
    case noSites = "no_sites"
    case noStayEnded = "no_stay_ended"
    case tooFewSuccessiveHops = "too_few_successive_hops"
    case tooFewStays = "too_few_stays"
    case sitesMayBeMissing = "sites_may_be_missing"
    case replicasFoundDifferentSites = "replicas_found_different_sites"
    case cationsOffInterstices = "cations_off_interstices"
    case stretchedResidence = "stretched_residence"
    case noHopAwayFromEnds = "no_hop_away_from_ends"
    case fittedBetween = "fitted_between"
    case noInterstices = "no_interstices"
    case noCommonSteps = "no_common_steps"
    case correlationsOfJoinedPaths = "correlations_of_joined_paths"
    case frameworkMoves = "framework_moves"
    case chargeFromTable = "charge_from_table"
    case unusualCharge = "unusual_charge"
    case noCharge = "no_charge"
    case structureChargesUnread = "structure_charges_unread"
    case frameworkWithoutAnions = "framework_without_anions"
    case noFramework = "no_framework"
    case noDriftReference = "no_drift_reference"
    case driftOfAll = "drift_of_all"
    case frozenIons = "frozen_ions"
    case brokenMolecules = "broken_molecules"
    case leftTrainingSet = "left_training_set"
    case driftsInTime = "drifts_in_time"
    case anionsLeaveTheirPlaces = "anions_leave_their_places"
    case symmetryChanges = "symmetry_changes"
    case text
  }

  enum TextCodingKeys: String, CodingKey {
    case _0 = "sentence"
  }

  enum FittedBeforeDiffusionCodingKeys: String, CodingKey {
    case from_ps, to_ps
    case diffusionFrom_ps = "diffusion_from_ps"
  }

  enum RotationFitCodingKeys: String, CodingKey {
    case stretching, plateau, drop
    case plateauError = "plateau_error"
    case logEvidence = "log_evidence"
  }

  /// Says why a temperature has no diffusivity.
  public var explainsMissingDiffusivity: Bool {
    switch self {
    case .fitNeedsLongerRuns, .tooFewHops, .noGrowthBeyondChance, .diffusivityUndetermined, .upperBoundOnly:
      true
    default: false
    }
  }
}
