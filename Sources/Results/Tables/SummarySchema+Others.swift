import Analysis
import Model

extension SummaryObject {
  /// Objects that few studies have.
  static let others = [
    model, potential, heldOut, vacancyModel, excess, cellSize, size, comparison, byPotential, compared,
  ]

  private static let model = SummaryObject(
    name: "model", meaning: "How likely one shape of the temperature dependence is.",
    keys: [
      SummaryKey("model", .code(ArrheniusModel.allCases.map(\.rawValue)), "the shape"),
      SummaryKey("probability", .number, "1", "after the data; of all shapes together 1"),
      .number("temperature_K", "K", "of the transition, or T₀ of a Vogel–Tammann–Fulcher curve"),
    ])

  private static let potential = SummaryObject(
    name: "potential", meaning: "What the potential says of the salt.",
    keys: [
      SummaryKey("potential", .text, "name and version"),
      SummaryKey("ions", .list(.text), "of the salt"),
      SummaryKey(
        "trust", .code(PotentialTrust.allCases.map(\.rawValue)), "how far it can be relied on",
        required: false),
      SummaryKey(
        "held_out", .object("held_out"), "errors on configurations that were not fitted", required: false),
      SummaryKey("note", .text, "what to be careful with", required: false),
    ])

  private static let heldOut = SummaryObject(
    name: "held_out", meaning: "Root mean square errors over the root mean square of the reference.",
    keys: [
      SummaryKey("configurations", .integer, "how many", required: false),
      SummaryKey("cation_force", .number, "1", "of the forces on single cations", required: false),
      SummaryKey("anion_force", .number, "1", "of the net forces on anions", required: false),
      SummaryKey("torque", .number, "1", "of the torques on anions", required: false),
      SummaryKey("force", .number, "1", "of the forces on all atoms", required: false),
    ])

  private static let vacancyModel = SummaryObject(
    name: "vacancy_model", meaning: "The vacancy model, fitted to compositions with few vacancies.",
    keys: [
      SummaryKey("activation_energy_eV", .number, "eV", "of the model"),
      SummaryKey("log_prefactor", .number, "1", "ln A, of σ in mS/cm, T in K, volumes in Å³"),
      SummaryKey("fitted", .list(.number), "1", "compositions that it was fitted to"),
      SummaryKey("excess", .list(.object("excess")), "the others"),
    ])

  private static let excess = SummaryObject(
    name: "excess", meaning: "A composition's conductivity over that of the model.",
    keys: [
      SummaryKey("composition", .number, "1", "x"),
      SummaryKey("temperature_K", .number, "K", "the temperature"),
      SummaryKey("ratio", .number, "1", "σ over that of the model"),
    ])

  private static let cellSize = SummaryObject(
    name: "cell_size", meaning: "Sets that differ in the supercell alone.",
    keys: [
      SummaryKey("point", .map(.text), "value of each other axis"),
      SummaryKey("temperature_K", .number, "K", "the temperature"),
      SummaryKey("cells", .list(.object("size")), "by rising length"),
    ])

  private static let size = SummaryObject(
    name: "size", meaning: "One size of the cell.",
    keys: [
      SummaryKey("supercell", .text, "as the manifest has it"),
      SummaryKey("mobile_ions", .integer, "mobile ions in the cell"),
      SummaryKey("length_A", .number, "Å", "cube root of the mean volume"),
      .number("diffusivity_cm2_per_s", "cm²/s", "D"),
      .number("diffusivity_error_cm2_per_s", "cm²/s", "its standard error"),
      .number("upper_bound_cm2_per_s", "cm²/s", "95 % upper bound where there is no D"),
      .number("diffusivity_A2_per_ps", "Å²/ps", "D", old: true),
      .number("diffusivity_error", "Å²/ps", "its standard error", old: true),
      .number("upper_bound_A2_per_ps", "Å²/ps", "the upper bound", old: true),
    ])

  private static let comparison = SummaryObject(
    name: "comparison", meaning: "Sets that differ in the potential alone.",
    keys: [
      SummaryKey("point", .map(.text), "value of each other axis"),
      SummaryKey("models", .list(.text), "the potentials"),
      SummaryKey("diffusivities", .list(.object("by_potential")), "by rising temperature"),
      SummaryKey("activation_energy_eV", .object("compared"), "eV", "Ea", required: false),
    ])

  private static let byPotential = SummaryObject(
    name: "by_potential", meaning: "D of one temperature.",
    keys: [
      SummaryKey("temperature_K", .number, "K", "the temperature"),
      SummaryKey("ln_diffusivity_cm2_per_s", .object("compared"), "1", "ln D with D in cm²/s"),
    ])

  private static let compared = SummaryObject(
    name: "compared", meaning: "A number by several potentials.",
    keys: [
      SummaryKey("values", .list(.nullable(.number)), "of each; null where it is not determined"),
      SummaryKey("mean", .number, "over the potentials"),
      SummaryKey("sampling_error", .number, "standard error of sampling with one potential"),
      SummaryKey("model_scatter", .number, "scatter from one potential to the other beyond it"),
    ])
}
