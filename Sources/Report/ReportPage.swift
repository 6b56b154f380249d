import Analysis
import Foundation
import Manifest
import Mechanism
import Mustache
import Results

/// Fills `Resources/report.mustache`. Everything but the SVGs and the stylesheet is escaped.
struct ReportPage {
  let summary: StudySummary
  let manifest: String
  let provenance: [(String, String)]
  /// By name: an inlined SVG, or nil with the reason why there is none.
  let drawings: [String: Drawing]

  /// - Throws: `ReportError.resource`.
  func render(common: [Figure], ofSets: [[Figure]]) throws -> String {
    let template: MustacheTemplate
    do {
      template = try MustacheTemplate(string: resource("report.mustache"))
    } catch let error as ReportError {
      throw error
    } catch {
      throw ReportError.resource(name: "report.mustache", reason: "\(error)")
    }
    let hasSeveralSets = summary.sets.count > 1
    return template.render(
      [
        "title": summary.study, "style": try resource("report.css"),
        "incomplete": !summary.complete || !summary.missing.isEmpty,
        "hasMissing": !summary.missing.isEmpty, "missing": summary.missing,
        "missingCount": countText(summary.missing.count, "run or file is", "runs or files are"),
        "hasNotes": !notes.isEmpty, "notes": notes,
        "potentials": summary.potentials.map { verdict in
          ["text": verdict.description, "isWarning": verdict.trust != .trusted] as [String: Any]
        },
        "overview": overview, "hasSeveralSets": hasSeveralSets,
        "headline": zip(summary.sets.indices, summary.sets).map { index, set in
          headline(set, index: index)
        } as [[String: Any]],
        "columns": extrapolatedTemperatures.map { ["temperature": NumberText.short($0)] },
        "modelComparisons": (summary.modelComparisons ?? []).map(comparison),
        "leading": common.filter { !closingFigures.contains($0.name) }.map(figure),
        "closing": common.filter { closingFigures.contains($0.name) }.map(figure),
        "sets": zip(summary.sets.indices, summary.sets).map { index, set in
          section(set, figures: ofSets.element(index) ?? [], index: index)
        } as [[String: Any]],
        "manifest": manifest, "provenance": provenance.map { ["key": $0.0, "value": $0.1] },
        "hasProvenance": !provenance.isEmpty,
        "papers": References.papers.map { paper in
          [
            "authors": paper.authors, "title": paper.title, "source": paper.source,
            "hasDOI": paper.doi != nil, "doi": paper.doi ?? "", "usedFor": paper.usedFor,
          ] as [String: Any]
        },
      ] as [String: Any])
  }

  private var notes: [String] {
    let shown = DrawnSets.note(summary.sets.count)
    return summary.warnings.map(\.description)
      + (shown.isEmpty ? [] : ["Figures:\(shown) Tables and CSV files contain all sets."])
  }

  /// D and Ea by potentials side by side, with the error of sampling and the scatter from one to the other.
  private func comparison(_ one: ModelComparison) -> [String: Any] {
    let settings = one.point.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
      separator: ", ")
    var rows: [[String: Any]] = one.diffusivities.map { t in
      let log = t.logarithm
      return [
        "quantity": "D at \(NumberText.short(t.temperature_K)) K", "unit": "cm²/s",
        "values": log.values.map { $0.map { NumberText.short(exp($0)) } ?? "–" },
        "sampling": "× " + NumberText.short(exp(log.samplingError)),
        "scatter": "× " + NumberText.short(exp(log.modelScatter)),
      ]
    }
    if let energy = one.activationEnergy_eV {
      rows.append([
        "quantity": "Ea", "unit": "eV", "values": energy.values.map { $0.map(NumberText.short) ?? "–" },
        "sampling": "± " + NumberText.short(energy.samplingError),
        "scatter": "± " + NumberText.short(energy.modelScatter),
      ])
    }
    return ["hasSettings": !settings.isEmpty, "settings": settings, "models": one.models, "rows": rows]
  }

  private var overview: String {
    let runs = summary.setsOfRuns.flatMap(\.temperatures).map(\.replicas).reduce(0, +)
    let sampled = summary.setsOfRuns.flatMap(\.temperatures).map(\.sampled_ps).filter(\.isFinite).reduce(0, +)
    let temperatures = Set(summary.sets.flatMap(\.temperatures).map(\.temperature_K)).sorted()
    let systems = summary.sets.compactMap(\.system).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    var parts = systems.count <= 3 ? systems : []
    if summary.sets.count > 1 { parts.append("\(summary.sets.count) sets") }
    if let low = temperatures.first, let high = temperatures.last {
      let span =
        low == high
        ? "\(NumberText.short(low)) K"
        : "\(temperatures.count) temperatures, \(NumberText.short(low))–\(NumberText.short(high)) K"
      parts.append(span)
    }
    parts.append(countText(runs, "run", "runs"))
    parts.append("\(NumberText.plain(sampled)) ps sampled")
    return parts.joined(separator: " · ")
  }

  private func figure(_ figure: Figure) -> [String: Any] { figure.values(drawings[figure.name]) }

  private func section(_ set: SetSummary, figures: [Figure], index: Int) -> [String: Any] {
    [
      "label": set.label(study: summary.study), "colour": Palette.set(index),
      "hasSeveralSets": summary.sets.count > 1,
      "keys": keyResults(set), "rows": set.temperatures.map(row), "hasRows": !set.temperatures.isEmpty,
      "hasExtrapolated": !set.extrapolated.isEmpty,
      "extrapolated": set.extrapolated.map { e in
        [
          "temperature": NumberText.short(e.temperature_K),
          "conductivity": NumberText.plain(e.conductivity_mS_per_cm, digits: 2),
          "interval68": NumberText.interval(e.interval68),
          "interval95": NumberText.interval(e.interval95),
          "kind": e.isExtrapolation ? "extrapolated" : "within the sampled range",
        ]
      },
      "hasNotes": !notes(of: set).isEmpty, "notes": notes(of: set), "figures": figures.map(figure),
      "hasObservables": set.temperatures.contains { !$0.observables.isEmpty },
      "temperatures": set.temperatures.map { ["temperature": NumberText.short($0.temperature_K)] },
      "observables": observableRows(of: set), "setObservables": set.observables.map(setObservable),
      "hasSetObservables": !set.observables.isEmpty,
    ]
  }

  /// The warnings of a set, then those of its temperatures.
  private func notes(of set: SetSummary) -> [String] {
    set.warnings.map(\.description)
      + set.temperatures.flatMap { t in
        t.warnings.map { "\(NumberText.short(t.temperature_K)) K: \($0)" }
      }
  }

  private func keyResults(_ set: SetSummary) -> [[String: String]] {
    var keys: [[String: String]] = []
    if let energy = set.activationEnergy_eV?.ifFinite {
      keys.append([
        "name": "Activation energy",
        "value": NumberText.withError(energy, set.activationEnergyError_eV) + " eV",
        "detail": "± one standard error"
          + (set.degreesOfFreedom?.ifFinite.map { "; t with \(NumberText.short($0)) degrees of freedom" }
            ?? "")
          ,
      ])
      keys.append([
        "name": "Prefactor D₀",
        "value": NumberText.plain(set.prefactor_A2_per_ps.map { $0 * cm2PerSecond }, digits: 2) + " cm²/s",
        "detail": "correlated with the activation energy",
      ])
    } else {
      keys.append([
        "name": "Activation energy", "value": "\(set.outcome)",
        "detail": "no Arrhenius fit: see the warnings",
      ])
    }
    if let ion = set.mobile {
      keys.append([
        "name": "Mobile ion",
        "value": ion + (set.charge_e.map { ", charge " + chargeText($0) } ?? ""),
        "detail": set.chargeSource.map(\.words) ?? "its charge is not known: no conductivity",
      ])
    }
    for e in set.extrapolated.prefix(2) {
      keys.append([
        "name": "Conductivity at \(NumberText.short(e.temperature_K)) K",
        "value": NumberText.plain(e.conductivity_mS_per_cm, digits: 2) + " mS/cm",
        "detail": "68 %: \(NumberText.interval(e.interval68))"
          + (e.isExtrapolation ? "; extrapolated" : ""),
      ])
    }
    return keys
  }

  /// All temperatures to which a set's fit is extrapolated.
  private var extrapolatedTemperatures: [Double] {
    Set(summary.sets.flatMap(\.extrapolated).map(\.temperature_K)).sorted()
  }

  private func headline(_ set: SetSummary, index: Int) -> [String: Any] {
    [
      "colour": Palette.set(index), "label": set.label(study: summary.study), "keys": keyResults(set),
      "energy": set.activationEnergy_eV == nil
        ? "\(set.outcome)" : NumberText.withError(set.activationEnergy_eV, set.activationEnergyError_eV),
      "prefactor": NumberText.plain(set.prefactor_A2_per_ps.map { $0 * cm2PerSecond }, digits: 2),
      "conductivities": extrapolatedTemperatures.map { temperature in
        set.extrapolated.first { $0.temperature_K == temperature }.map {
          "\(NumberText.plain($0.conductivity_mS_per_cm, digits: 2)) (\(NumberText.interval($0.interval68)))"
        } ?? "—"
      },
    ]
  }

  private func row(_ t: TemperatureSummary) -> [String: Any] {
    let bound = t.upperBound_A2_per_ps?.ifFinite.map { $0 * cm2PerSecond }
    let diffusivity = t.diffusivity_A2_per_ps?.ifFinite.map { $0 * cm2PerSecond }
    let error = t.diffusivityError?.ifFinite.map { $0 * cm2PerSecond }
    let value = t.outcome.text(
      value: NumberText.withError(diffusivity, error),
      upperBound: bound.map { NumberText.plain($0, digits: 2) })
    return [
      "temperature": NumberText.short(t.temperature_K), "diffusivity": value, "diffused": t.diffused,
      "conductivity": t.diffused
        ? NumberText.withError(t.conductivity_mS_per_cm, t.conductivityError) : "—",
      "hops": "\(t.hops)", "active": NumberText.withError(t.activeFraction, t.activeFractionError),
      "activeMax": NumberText.plain(t.activeFractionMax),
      "homogeneous": NumberText.plain(t.activeFractionHomogeneous), "replicas": "\(t.replicas)",
      "sampled": NumberText.plain(t.sampled_ps), "ions": "\(t.mobileIons)",
    ]
  }

  /// One row for each number, a cell for each temperature.
  private func observableRows(of set: SetSummary) -> [[String: Any]] {
    var keys: [[String]] = []
    for value in set.temperatures.flatMap(\.observables) where !keys.contains([value.name, value.series]) {
      keys.append([value.name, value.series])
    }
    return keys.map { key in
      let description = ObservableCatalogue.value(key[0])
      let unit = description?.unit ?? "1"
      return [
        "title": description?.title ?? key[0], "series": key[1], "unit": unit == "1" ? "" : unit,
        "cells": set.temperatures.map { t in
          let found = t.observables.first { $0.name == key[0] && $0.series == key[1] }
          return found?.value.map { NumberText.withError($0, found?.error) } ?? "—"
        },
      ]
    }
  }

  private func setObservable(_ value: ObservableValue) -> [String: String] {
    [
      "title": ObservableCatalogue.value(value.name)?.title ?? value.name, "series": value.series,
      "value": value.value.map { NumberText.withError($0, value.error) + " " + value.unit }
        ?? "— (\(value.note ?? "not determined"))",
    ]
  }

  private var closingFigures: Set<String> { ["series", "migration-events"] }

  private func countText(_ n: Int, _ one: String, _ many: String) -> String {
    "\(n) \(n == 1 ? one : many)"
  }
}
