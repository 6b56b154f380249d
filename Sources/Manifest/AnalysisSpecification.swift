import Mechanism

/// What is made of the record: the manifest's `analysis`.
package struct AnalysisSpecification: Equatable, Sendable {
  /// What counts as still when displacements are measured.
  package enum Drift: Equatable, Sendable {
    /// The centre of mass of all anions.
    case framework
    /// The centre of mass of everything.
    case all
    /// The simulation's own frame.
    case none
    /// The centre of mass of one kind of anion, by its formula.
    case anions(String)

    /// As the manifest writes it.
    package var text: String {
      switch self {
      case .framework: "framework"
      case .all: "all"
      case .none: "none"
      case .anions(let name): name
      }
    }

    init(_ value: ManifestValue) throws {
      let wanted = "framework, all, none, or the formula of an anion, such as B12H12"
      let text = try value.string(wanted: wanted)
      switch text {
      case "framework": self = .framework
      case "all": self = .all
      case "none": self = .none
      default:
        guard text.wholeMatch(of: /([A-Z][a-z]?[0-9]*)+/) != nil else { throw value.error(wanted: wanted) }
        self = .anions(text)
      }
    }
  }

  /// How the squared displacement beyond which an ion counts as active is found.
  package enum Active: Equatable, Sendable {
    case cutoff(_ area_A2: Double)
    /// The cut-off that a conductivity at a temperature corresponds to.
    case conductivity(_ value_mS_per_cm: Double, at_K: Double)
  }

  /// The lags between which the mean squared displacement is fitted, ps.
  package struct Window: Equatable, Sendable {
    package var from_ps: Double
    package var to_ps: Double
  }

  /// Element symbol of the diffusing species; nil is the only alkali metal in the structure.
  package var mobile: String?
  package var active: Active?
  /// Temperatures to which the conductivity is extrapolated, K.
  package var extrapolate_K = [300.0]
  /// Nil leaves the choice of the lags to the analysis.
  package var fit: Window?
  package var drift = Drift.framework
  /// Formal charge of the diffusing ion, e.
  package var charge = 1.0

  /// Radius of the first shell of mobile ions about an anion, Å; nil leaves it to the analysis.
  package var shell_A: Double?
  /// The middle of a trigonal interstice.
  package var trigonalCentre = TrigonalCentre.circumcentre
  /// Densities are averaged over the symmetry that the anions' mean centres have within this, Å; nil for none.
  package var symmetriseTolerance_A: Double?

  static let keys = [
    "mobile", "active", "extrapolate", "fit", "drift", "charge", "shell", "trigonal-site", "symmetrise",
  ]

  init() {}

  init(_ value: ManifestValue) throws {
    let mapping = try value.mapping(known: Self.keys)
    if let mobile = mapping["mobile"] {
      let symbol = try mobile.string(wanted: "an element symbol")
      guard symbol.wholeMatch(of: /[A-Z][a-z]?/) != nil else {
        throw mobile.error(wanted: "an element symbol, such as Na")
      }
      self.mobile = symbol
    }
    active = try mapping["active"].map(Self.active)
    if let extrapolate = mapping["extrapolate"] {
      if case .sequence = extrapolate.node {
        let items = try extrapolate.list(wanted: "temperatures")
        extrapolate_K = try items.map { try $0.quantity(.temperature) }
      } else {
        extrapolate_K = [try extrapolate.quantity(.temperature)]
      }
    }
    fit = try mapping["fit"].map(Self.window)
    if let drift = mapping["drift"] { self.drift = try Drift(drift) }
    if let charge = mapping["charge"] {
      self.charge = try charge.quantity(.number, .any)
      guard self.charge != 0 else { throw charge.error(wanted: "a charge other than 0, such as 1") }
    }
    shell_A = try mapping["shell"]?.quantity(.length)
    trigonalCentre = try mapping["trigonal-site"]?.choice(TrigonalCentre.self) ?? trigonalCentre
    symmetriseTolerance_A = try mapping["symmetrise"]?.quantity(.length)
  }

  private static func active(_ value: ManifestValue) throws -> Active {
    let mapping = try value.mapping(known: ["cutoff", "conductivity", "at"])
    switch (mapping["cutoff"], mapping["conductivity"], mapping["at"]) {
    case (let cutoff?, nil, nil): return .cutoff(try cutoff.quantity(.area))
    case (nil, let conductivity?, let at):
      return .conductivity(
        try conductivity.quantity(.conductivity), at_K: try at?.quantity(.temperature) ?? 300)
    default: throw value.error(wanted: "{cutoff: 21 Å^2} or {conductivity: 18.39 mS/cm, at: 300 K}")
    }
  }

  private static func window(_ value: ManifestValue) throws -> Window {
    let mapping = try value.mapping(known: ["from", "to"])
    let from = try mapping.required("from", wanted: "a time, such as 2 ps").quantity(.time)
    let to = try mapping.required("to", wanted: "a time, such as 20 ps").quantity(.time)
    guard from < to else { throw value.error(wanted: "a 'to' beyond the 'from'") }
    return Window(from_ps: from, to_ps: to)
  }
}

/// What a run needs: the manifest's `resources`.
package struct ResourceSpecification: Equatable, Sendable {
  /// MPI processes of each run.
  package var ranks = 1

  static let keys = ["ranks"]

  init() {}

  init(_ value: ManifestValue) throws {
    let mapping = try value.mapping(known: Self.keys)
    ranks = try mapping["ranks"]?.integer(1...1_000_000) ?? 1
  }
}
