import Foundation
import Mustache
import Report

/// Fills `Resources/training.mustache`. Everything but the SVGs and the stylesheet is escaped.
struct TrainingPage {
  /// A number that stands out.
  struct Key {
    let name: String
    let value: String
    let detail: String
  }

  /// A heading with figures, tables, or both.
  struct Section {
    let title: String
    var note = ""
    var figures: [Figure] = []
    var tables: [ErrorTable] = []
  }

  let kicker: String
  let title: String
  let overview: String
  let caveats: [String]
  let keys: [Key]
  let sections: [Section]
  /// Pairs of name and value.
  var settings: [(String, String)] = []
  /// Pages of the models, relative to this one.
  var links: [(path: String, text: String)] = []

  var figures: [Figure] { sections.flatMap(\.figures) }

  /// - Throws: `ReportError.resource`.
  func html(drawings: [String: Drawing]) throws -> String {
    let name = "training.mustache"
    let template: MustacheTemplate
    do {
      template = try MustacheTemplate(string: resource(name, of: .module))
    } catch let error as ReportError {
      throw error
    } catch {
      throw ReportError.resource(name: name, reason: "\(error)")
    }
    return template.render(
      [
        "kicker": kicker, "title": title, "overview": overview, "style": try pageStyle(),
        "hasCaveats": !caveats.isEmpty, "caveats": caveats,
        "keys": keys.map { ["name": $0.name, "value": $0.value, "detail": $0.detail] },
        "sections": sections.filter { !$0.figures.isEmpty || !$0.tables.isEmpty }.map { section in
          [
            "title": section.title, "hasNote": !section.note.isEmpty, "note": section.note,
            "hasFigures": !section.figures.isEmpty,
            "figures": section.figures.map { $0.values(drawings[$0.name]) },
            "tables": section.tables.map(\.values),
          ] as [String: Any]
        },
        "hasSettings": !settings.isEmpty, "settings": settings.map { ["key": $0.0, "value": $0.1] },
        "hasLinks": !links.isEmpty, "links": links.map { ["path": $0.path, "text": $0.text] },
      ] as [String: Any])
  }
}
