import Analysis
import Mechanism

/// What a reader asks: each is a section of the report.
enum Question: String, CaseIterable {
  case diffusion, conductivity
  case activeIons = "active-ions"
  case sites, hops, rotation, together, spectra, quality

  var title: String {
    switch self {
    case .diffusion: "How fast do the ions diffuse?"
    case .conductivity: "How well do they conduct?"
    case .activeIons: "How many of them take part?"
    case .sites: "Where do they sit?"
    case .hops: "How do they hop?"
    case .rotation: "How do the anions turn?"
    case .together: "Do ions and anions move together?"
    case .spectra: "At which frequencies do they move?"
    case .quality: "How good are the runs?"
    }
  }

  /// In the list of contents.
  var short: String {
    switch self {
    case .diffusion: "Diffusion"
    case .conductivity: "Conductivity"
    case .activeIons: "Active ions"
    case .sites: "Sites"
    case .hops: "Hops"
    case .rotation: "Rotation"
    case .together: "Correlation"
    case .spectra: "Spectra"
    case .quality: "Quality"
    }
  }

  /// The figures of a set that answer it first, by the stems of their names.
  var figures: [String] {
    switch self {
    case .diffusion: ["msd"]
    case .conductivity: []
    case .activeIons: ["active-ions"]
    case .sites: ["density", "pair-distribution"]
    case .hops: ["residence"]
    case .rotation: ["rotation-2", "rotation-2-in-run"]
    case .together: ["migration-anions"]
    case .spectra: []
    case .quality: []
    }
  }

  /// Further figures, folded.
  var folded: [String] {
    switch self {
    case .diffusion: ["msd-in-run", "van-hove-self", "van-hove-distinct", "non-gaussian"]
    case .conductivity: ["collective-displacement"]
    case .activeIons: []
    case .sites: ["coordination", "coordination-distribution", "cation-angles"]
    case .hops: ["refilling"]
    case .rotation:
      [
        "rotation-1", "rotation-1-in-run", "rotation-axes", "angular-displacement", "rotation-speed",
        "jump-angles",
      ]
    case .together: ["migration-ion"]
    case .spectra: ["velocity-spectrum", "angular-spectrum"]
    case .quality: []
    }
  }

  /// The observables of its table, by their catalogue's names.
  var values: [String] {
    switch self {
    case .diffusion, .activeIons: []
    case .conductivity: ["haven-ratio", "collective-diffusivity"]
    case .sites:
      [
        "coordination-number", "first-shell", "sites-per-cation", "interstice-share", "interstice-occupation",
        "interstices-per-cation", "interstice-raw-weight", "site-entropy", "cation-angles-radius",
      ]
    case .hops:
      [
        "hop-rate", "hop-length", "residence-time", "residence-exponent", "correlation-factor",
        "refilling-time",
      ]
    case .rotation:
      [
        "correlation-time-2", "correlation-time-1", "crossing-time-2", "crossing-time-1",
        "rotation-plateau-2",
        "rotation-plateau-1", "rotation-stretching-2", "rotation-stretching-1", "reorientation-rate",
      ]
    case .together: ["synchrony", "synchrony-p", "migration-events"]
    case .spectra: ["spectrum-low", "spectrum-cage", "spectrum-stretch"]
    case .quality:
      [
        "model-deviation", "largest-model-deviation", "extrapolation-grade", "largest-extrapolation-grade",
        "atoms-outside-training",
      ]
    }
  }

  /// The question that an observable belongs to.
  init(observable name: String) {
    self = Self.allCases.first { $0.values.contains(name) } ?? .quality
  }

  /// The question whose answer a warning limits.
  init(_ warning: Warning) {
    self =
      switch warning {
      case .binomialError, .unequalRunLengths: .activeIons
      case .chargeFromTable, .unusualCharge, .noCharge, .structureChargesUnread, .noExtrapolationInterval:
        .conductivity
      case .noSites, .sitesMayBeMissing, .replicasFoundDifferentSites, .cationsOffInterstices, .noInterstices,
        .frameworkWithoutAnions, .noFramework, .frameworkMoves:
        .sites
      case .notRefilled, .noSiteHops, .completedStaysOnly, .noStayEnded, .tooFewSuccessiveHops, .tooFewStays,
        .stretchedResidence:
        .hops
      case .noHopAwayFromEnds, .noCommonSteps: .together
      case .correlationDoesNotDecay, .correlationStaysAbove, .rotationFit, .rotationTooSlow, .rotationTooFast,
        .noRotationFit, .rotationOrLibration, .tooFewCorrelationTimes, .temperaturesWithoutRotationTime:
        .rotation
      case .brokenMolecules, .leftTrainingSet, .driftsInTime, .anionsLeaveTheirPlaces, .symmetryChanges:
        .quality
      default: .diffusion
      }
  }
}
