import Analysis
import Foundation
import Manifest
import Model
import Support

/// The keys of `summary.json`: its JSON Schema and its documentation are made from this table.
package enum SummarySchema {
  /// Rises where a key gets another meaning or goes.
  package static let version = 2

  static let objects =
    [study, set, extrapolation, temperature, direction, tensor, observable] + SummaryObject.others

  static let study = SummaryObject(
    name: "study", meaning: "The file.",
    keys: [
      SummaryKey("schema_version", .integer, "the version of this schema"),
      SummaryKey("study", .text, "name of the study"),
      SummaryKey("complete", .truth, "whether every run is done and was read completely"),
      SummaryKey("missing", .list(.text), "runs or files left out, by name"),
      SummaryKey(
        "sets", .list(.object("set")),
        "one for each combination of the axes other than temperature and replica"),
      SummaryKey(
        "vacancy_model", .object("vacancy_model"), "fit to compositions with vacancies", required: false),
      SummaryKey("cell_sizes", .list(.object("cell_size")), "D over the size of the cell", required: false),
      SummaryKey(
        "model_comparisons", .list(.object("comparison")), "D and Ea by potentials", required: false),
    ] + warnings)

  static let warnings = [
    SummaryKey(
      "warnings", .list(.warning), "what limits the values: a code with its numbers", nullable: true),
    SummaryKey("notes", .list(.text), "the sentences of `warnings`"),
  ]

  static let set = SummaryObject(
    name: "set", meaning: "One Arrhenius set: the same composition, masses, … at several temperatures.",
    keys: [
      SummaryKey("point", .map(.text), "value of each axis, as the manifest has it"),
      SummaryKey("composition", .number, "1", "the x that the cells have", nullable: true),
      SummaryKey("system", .text, "ions of a cell, and masses that are not standard", nullable: true),
      SummaryKey("mobile", .text, "the mobile ion", nullable: true),
      .number("charge_e", "e", "its formal charge"),
      SummaryKey(
        "charge_source", .code(ChargeSource.allCases.map(\.rawValue)), "where the charge comes from",
        nullable: true),
      SummaryKey("potential", .object("potential"), "what the potential says of the salt", nullable: true),
      SummaryKey("temperatures", .list(.object("temperature")), "by rising temperature"),
      .number("activation_energy_eV", "eV", "activation energy of D, D = D₀ exp(−Ea/k_B T)"),
      .number("activation_energy_error_eV", "eV", "its standard error"),
      .interval("activation_energy_interval_68_eV", "eV", "[low, high] at 68 %"),
      .interval("activation_energy_interval_95_eV", "eV", "[low, high] at 95 %"),
      .number("prefactor_cm2_per_s", "cm²/s", "D₀"),
      .number("prefactor_A2_per_ps", "Å²/ps", "D₀", old: true),
      .number("log_diffusivity_scatter", "1", "how much ln D scatters about the line beyond its errors"),
      SummaryKey(
        "arrhenius_models", .list(.object("model")),
        "probability of a line and of curves, for five temperatures or more", nullable: true),
      SummaryKey(
        "arrhenius_covariance", .list(.list(.number, count: 2), count: 2),
        "covariance of (Ea in eV, ln D₀): [[var Ea, cov], [cov, var ln D₀]]", nullable: true),
      .number("degrees_of_freedom", "1", "of Student's t, for the intervals of the fit"),
      SummaryKey(
        "extrapolated", .list(.object("extrapolation")), "σ at the temperatures of `analysis.extrapolate`"),
      SummaryKey("observables", .list(.object("observable")), "numbers over all temperatures"),
      SummaryKey(
        "outcome", .code(ArrheniusOutcome.allCases.map(\.rawValue)), "what the temperatures determine",
        nullable: true),
    ] + warnings)

  static let extrapolation = SummaryObject(
    name: "extrapolation", meaning: "σ at a temperature, from the Arrhenius fit.",
    keys: [
      SummaryKey("temperature_K", .number, "K", "the temperature"),
      SummaryKey("conductivity_mS_per_cm", .number, "mS/cm", "σ"),
      .interval("conductivity_interval_68_mS_per_cm", "mS/cm", "[low, high] at 68 %", required: false),
      .interval("conductivity_interval_95_mS_per_cm", "mS/cm", "[low, high] at 95 %", required: false),
      .interval("interval_68", "mS/cm", "the same", old: true),
      .interval("interval_95", "mS/cm", "the same", old: true),
      SummaryKey("is_extrapolation", .truth, "whether it lies outside of the sampled temperatures"),
    ])

  static let temperature = SummaryObject(
    name: "temperature", meaning: "All replicas of one temperature of a set.",
    keys: ofDiffusion + ofConductivity + ofActiveIons + [
      SummaryKey("replicas", .integer, "runs"),
      SummaryKey("sampled_ps", .number, "ps", "sampled time, summed over replicas"),
      SummaryKey("mobile_ions", .integer, "mobile ions in the cell"),
      SummaryKey("observables", .list(.object("observable")), "every other number"),
    ] + warnings)

  private static let ofDiffusion: [SummaryKey] = [
    SummaryKey("temperature_K", .number, "K", "the temperature"),
    SummaryKey(
      "outcome", .code(DiffusionOutcome.allCases.map(\.rawValue)), "what the runs determine", nullable: true),
    SummaryKey("diffused", .truth, "whether there is a diffusivity"),
    .number("diffusivity_cm2_per_s", "cm²/s", "tracer diffusivity D, mean of all directions"),
    .number("diffusivity_error_cm2_per_s", "cm²/s", "its standard error"),
    .interval("diffusivity_interval_68_cm2_per_s", "cm²/s", "[low, high] at 68 %"),
    .interval("diffusivity_interval_95_cm2_per_s", "cm²/s", "[low, high] at 95 %"),
    .number("upper_bound_cm2_per_s", "cm²/s", "95 % upper bound where there is no D"),
    .number("diffusivity_degrees_of_freedom", "1", "of Student's t in ln D"),
    .number("diffusivity_A2_per_ps", "Å²/ps", "D", old: true),
    .number("diffusivity_error", "Å²/ps", "its standard error", old: true),
    .number("upper_bound_A2_per_ps", "Å²/ps", "the upper bound", old: true),
    SummaryKey(
      "diffusivity_directions", .list(.object("direction")),
      "D by direction, with `analysis.directions: all`", nullable: true),
    SummaryKey("diffusivity_tensor", .object("tensor"), "its tensor", nullable: true),
    SummaryKey("hops", .integer, "hops of the mobile ions, counted by displacement"),
  ]

  private static let ofConductivity: [SummaryKey] = [
    .number("conductivity_mS_per_cm", "mS/cm", "Nernst–Einstein conductivity σ = N (Ze)² D/(V k_B T)"),
    .number("conductivity_error_mS_per_cm", "mS/cm", "its standard error"),
    .interval("conductivity_interval_68_mS_per_cm", "mS/cm", "[low, high] at 68 %"),
    .interval("conductivity_interval_95_mS_per_cm", "mS/cm", "[low, high] at 95 %"),
    .number("conductivity_upper_bound_mS_per_cm", "mS/cm", "σ of the upper bound of D"),
    .number("conductivity_error", "mS/cm", "as `conductivity_error_mS_per_cm`", old: true),
  ]

  private static let ofActiveIons: [SummaryKey] = [
    .number(
      "active_fraction", "1",
      "share of the mobile ions whose squared displacement at the end reaches the cut-off"),
    .number("active_fraction_max", "1", "the same by the largest squared displacement of the run"),
    .number("active_fraction_error", "1", "standard error of `active_fraction`"),
    .interval("active_fraction_interval_68", "1", "[low, high] at 68 %, with three replicas or more"),
    .interval("active_fraction_interval_95", "1", "[low, high] at 95 %"),
    SummaryKey(
      "active_fraction_error_source", .code(ActiveFractionErrorSource.allCases.map(\.rawValue)),
      "where its error comes from", nullable: true),
    .number(
      "active_fraction_homogeneous", "1",
      "the share for Brownian ions with the same mean squared displacement"),
  ]

  static let direction = SummaryObject(
    name: "direction", meaning: "D and σ along one direction or in one plane.",
    keys: [
      SummaryKey("direction", .code(["x", "y", "z", "xy", "xz", "yz"]), "of the simulation's frame"),
      .number("diffusivity_cm2_per_s", "cm²/s", "D"),
      .interval("diffusivity_interval_68_cm2_per_s", "cm²/s", "[low, high] at 68 %"),
      .interval("diffusivity_interval_95_cm2_per_s", "cm²/s", "[low, high] at 95 %"),
      .number("upper_bound_cm2_per_s", "cm²/s", "95 % upper bound where there is no D"),
      .number("conductivity_mS_per_cm", "mS/cm", "σ"),
      .interval("conductivity_interval_68_mS_per_cm", "mS/cm", "[low, high] at 68 %"),
      .interval("conductivity_interval_95_mS_per_cm", "mS/cm", "[low, high] at 95 %"),
    ])

  static let tensor = SummaryObject(
    name: "tensor", meaning: "The tensor of D in the simulation's frame, [[xx, xy, xz], …].",
    keys: [
      SummaryKey("value_cm2_per_s", .list(.list(.number, count: 3), count: 3), "cm²/s", "symmetric"),
      SummaryKey(
        "standard_error_cm2_per_s", .list(.list(.number, count: 3), count: 3), "cm²/s", "standard errors"),
    ])

  static let observable = SummaryObject(
    name: "observable", meaning: "A number of the mechanism.",
    keys: [
      SummaryKey("name", .text, "as in the [list below](#observables)"),
      SummaryKey("series", .text, "the ion, element or pair that it is of"),
      SummaryKey("value", .number, "in the unit of `unit`; null where it is not determined", nullable: true),
      SummaryKey("error", .number, "its standard error, likewise", nullable: true),
      .interval("interval_68", "", "[low, high] at 68 %, likewise"),
      .interval("interval_95", "", "[low, high] at 95 %, likewise"),
      SummaryKey("unit", .text, "of the numbers; `1` for none"),
      SummaryKey("note", .text, "why it is not determined, or what limits it", nullable: true),
      SummaryKey("warning", .warning, "the code of `note`", nullable: true),
    ])
}
