import Crystal
import Mechanism
import Units
import Yams

/// Settings of the analysis: the manifest's `analysis`.
package struct AnalysisSpecification: ManifestSection, Equatable {
  /// The frame that displacements are measured in.
  package enum Drift: Equatable, Sendable {
    /// The centre of mass of what does not diffuse.
    case framework
    /// The centre of mass of all atoms.
    case all
    /// The simulation's own frame.
    case none
    /// The centre of mass of one kind of ion that does not diffuse, by its formula.
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
  }

  /// How the squared displacement beyond which an ion counts as active is found.
  package enum Active: Equatable, Sendable {
    case cutoff(_ area_A2: Double)
    /// The cutoff that a conductivity at a temperature corresponds to.
    case conductivity(_ value_mS_per_cm: Double, at_K: Double)
  }

  /// The lags between which the mean squared displacement is fitted, ps.
  package struct Window: ManifestSection, Equatable {
    package var from_ps = 0.0
    package var to_ps = 0.0

    package init() {}

    package init(from_ps: Double, to_ps: Double) {
      self.from_ps = from_ps
      self.to_ps = to_ps
    }
  }

  /// The diffusing species, in the order of the results; none is the only alkali metal in the structure.
  package var mobile: [String] = []
  package var active: Active?
  /// Temperatures to which the conductivity is extrapolated, K.
  package var extrapolate_K = [300.0]
  /// Of D and σ.
  package enum Directions: String, CaseIterable, Sendable {
    /// The mean over all directions only.
    case mean
    /// Also along x, y and z, in their planes, and as a tensor.
    case all
  }

  /// What becomes of a run that was not in equilibrium, whose anions leave their places or break, or whose lattice changes.
  package enum BadState: String, CaseIterable, Sendable {
    /// It is used, and a warning says what it did.
    case warn
    /// It is left out of the results.
    case exclude
  }

  /// Nil leaves the choice of the lags to the analysis.
  package var fit: Window?
  /// nil where the manifest leaves it open.
  package var givenDrift: Drift?
  /// The frame that displacements are measured in.
  package var drift: Drift {
    get { givenDrift ?? .framework }
    set { givenDrift = newValue }
  }
  /// Formal charges of the diffusing ions; nil leaves them to what the structure and the table of usual charges say.
  package var charge: MobileCharge?
  /// Radius of the first shell of mobile ions about an anion, Å; nil leaves it to the analysis.
  package var shell_A: Double?
  /// The middle of a trigonal interstice.
  package var trigonalCentre = TrigonalCentre.circumcentre
  /// Densities are averaged over the symmetry that the anions' mean centres have within this, Å; nil for none.
  package var symmetriseTolerance_A: Double?
  package var badState = BadState.warn
  package var directions = Directions.mean

  package init() {}

  static let schema = ManifestSchema<AnalysisSpecification>(
    .block,
    [
      ManifestField(
        "mobile", \.mobile, .mobileSpecies,
        "the diffusing ions: any element or ion of the structure; each has results of its own"
      )
      .affectsOnlyAnalysis(false).defaultText("the only alkali metal"),
      ManifestField(
        "active", \.active, ActiveKeys.kind,
        "squared displacement beyond which an ion counts as active, given itself or by a conductivity: the "
          + "displacement that ions of this conductivity would reach"),
      ManifestField(
        "extrapolate", \.extrapolate_K, .oneOrList(of: .quantity(.temperature), wanted: "temperatures"),
        "temperatures at which the conductivity follows from the Arrhenius fit"),
      ManifestField(
        "fit", \.fit, .section(window), "lags between which the mean squared displacement is fitted"
      )
      .checked { value, analysis in
        guard let fit = analysis.fit, fit.from_ps < fit.to_ps else {
          throw value.error(wanted: "a 'to' beyond the 'from'")
        }
      }
      .defaultText("chosen ([theory](theory.md))"),
      ManifestField(
        "drift", \.givenDrift, Drift.kind,
        "reference frame of the displacements: the centre of mass of the framework ([theory](theory.md#drift)), of all "
          + "atoms, of one kind of ion that does not diffuse, or none"
      ).defaultText("framework; where there is none `all`, or `none` for mobile ions alone"),
      ManifestField(
        "charge", \.charge, .mobileCharge,
        "formal charge of the diffusing ion in units of e, for conductivities; a mapping for several"
      ).checked(checkCharge).defaultText(
        "that of the structure's oxidation states, or the [usual one](theory.md#charge)"),
      ManifestField(
        "shell", \.shell_A,
        // Beyond it nothing is known of the pairs, and the angles of a shell grow with the sixth power of its radius.
        .quantity(
          .length, .positive,
          ManifestLimit("a length up to \(Quantity.plain(PairDistribution.reach_A)) Å, the reach of g(r)") {
            $0 <= PairDistribution.reach_A
          }),
        "radius of the first shell of mobile ions about an anion"
      ).defaultText("from the papers for Li and Na about B12H12, otherwise the first minimum of g(r)"),
      ManifestField(
        "trigonal-site", \.trigonalCentre, .choice,
        "centre of a trigonal interstice ([observables](observables.md))"),
      ManifestField(
        "symmetrise", \.symmetriseTolerance_A,
        // Half of the least distance of two anions: beyond it all of them are equivalent.
        .quantity(.length, .positive, ManifestLimit("a length up to 2 Å") { $0 <= 2 }),
        "average densities over the symmetry that the mean positions of the anions have within this tolerance"
      ).defaultText("not averaged"),
      ManifestField(
        "bad-state", \.badState, .choice,
        "what becomes of a run that is not in equilibrium, whose anions leave their places or break, or whose lattice "
          + "changes ([observables](observables.md#state-of-a-run)): a warning, or it is left out of the results"
      ),
      ManifestField(
        "directions", \.directions, .choice,
        "directions of D and σ: the mean over all, or also along x, y and z, in their planes, and as a tensor "
          + "([theory](theory.md))"),
    ])

  private static let window = ManifestSchema<Window>(
    .flow,
    [
      ManifestField("from", \.from_ps, .quantity(.time), "shortest lag").required("a time, such as 2 ps"),
      ManifestField("to", \.to_ps, .quantity(.time), "longest lag").required("a time, such as 20 ps"),
    ])
}

extension AnalysisSpecification.Drift {
  fileprivate static let kind = ManifestKind<Self>(
    "`framework`, `all`, `none`, or a formula such as `B12H12`", read: Self.init, write: { .text($0.text) })

  @Sendable private init(_ value: ManifestValue) throws {
    let wanted = "framework, all, none, or the formula of an ion, such as B12H12"
    let text = try value.string(wanted: wanted)
    switch text {
    case "framework": self = .framework
    case "all": self = .all
    case "none": self = .none
    default:
      guard isFormula(text) else { throw value.error(wanted: wanted) }
      self = .anions(MoleculeKind.canonical(text))
    }
  }
}

/// The keys of `analysis.active`, of which only some go together.
private struct ActiveKeys: ManifestSection {
  var cutoff_A2: Double?
  var conductivity_mS_per_cm: Double?
  var temperature_K: Double? = 300

  static let schema = ManifestSchema<ActiveKeys>(
    .flow,
    [
      ManifestField("cutoff", \.cutoff_A2, .quantity(.area), "the squared displacement"),
      ManifestField("conductivity", \.conductivity_mS_per_cm, .quantity(.conductivity), "the conductivity"),
      ManifestField("at", \.temperature_K, .quantity(.temperature), "temperature of the conductivity"),
    ]
  ) { mapping in
    switch (mapping["cutoff"], mapping["conductivity"], mapping["at"]) {
    case (.some, nil, nil), (nil, .some, _): return
    default:
      throw mapping.value.error(wanted: "{cutoff: 21 Å^2} or {conductivity: 18.39 mS/cm, at: 300 K}")
    }
  }

  static let kind = ManifestKind<AnalysisSpecification.Active>(
    "mapping", children: schema.keys,
    read: { value in
      let keys = try schema.decode(value)
      return keys.conductivity_mS_per_cm.map { .conductivity($0, at_K: keys.temperature_K ?? 300) }
        ?? .cutoff(keys.cutoff_A2 ?? 0)
    },
    write: { active in
      switch active {
      case .cutoff(let area): try schema.encode(ActiveKeys(cutoff_A2: area, temperature_K: nil))
      case .conductivity(let value, let temperature):
        try schema.encode(ActiveKeys(conductivity_mS_per_cm: value, temperature_K: temperature))
      }
    })
}

/// Computing resources of a run: the manifest's `resources`.
package struct ResourceSpecification: ManifestSection, Equatable {
  /// MPI processes of each run; nil for as many as finish the runs soonest on the machine that they are started on.
  package var ranks: Int?
  /// How long a run may go without a step, s; nil for the longer of 5 min and 20 times its longest step.
  package var stallLimit_s: Double?

  package init() {}

  private static let stallLimits = ManifestLimit("a time from 1 s to 10 d") { (1...864_000).contains($0) }

  static let schema = ManifestSchema<ResourceSpecification>(
    .flow,
    [
      ManifestField(
        "ranks", \.ranks, .automaticCount,
        "MPI processes of each run; `auto`: as many as finish the study soonest, [chosen](hpc.md#side-by-side) at its first start"
      ),
      ManifestField(
        "stall-limit", \.stallLimit_s, .quantity(.wallTime, .positive, stallLimits),
        "how long a run may go without a step before its ranks are ended; `run` and array tasks start it again"
      ).defaultText("the longer of 5 min and 20 times the longest step"),
    ])
}
