import Foundation
import TestSupport
import Testing

@testable import Mechanism
@testable import Report
@testable import Results

/// A report with everything that it can show: nothing in it makes a browser ask for anything.
@Suite(.needs(.gnuplot)) struct ClosedPageTests {
  private func page() async throws -> String {
    let directory = Sample.directory()
    defer { try? FileManager.default.removeItem(at: directory) }
    var curves = Sample.curves()
    let grid = DensityGrid(
      species: "Na", cell: [[8, 0, 0], [0, 8, 0], [0, 0, 8]], points: [12, 12, 12],
      values: (0..<1728).map { Float($0 % 144) / 100 }, frames: 5)
    var event = MigrationEvent(
      ion: 7, time_ps: 2, relativeTimes_ps: [0, 1], displacement_A: [0, 1], neighbours: [])
    event.path_A = [[1, 2, 3], [4, 5, 6]]
    for t in curves.sets[0].temperatures.indices {
      curves.sets[0].temperatures[t].slices = DensitySlice.slices(of: grid)
      // A name that would end the script element.
      curves.sets[0].temperatures[t].view = CellView(
        [grid], anions: [MeanAnion(kind: "</script><img src='x'/>", fraction: [0, 0.5, 0.5])], events: [event]
      )
    }
    let url = try await writeReport(
      results: directory.appendingPathComponent("results"), summary: Sample.summary(), curves: curves,
      manifest: Sample.manifest, provenance: Sample.provenance)
    return try String(contentsOf: url, encoding: .utf8)
  }

  @Test func noRequestLeavesTheFile() async throws {
    let content = XMLContent(try await page())
    #expect(content.error == nil)
    let loading: Set = [
      "src", "srcset", "data", "poster", "action", "formaction", "background", "ping", "href", "xlink:href",
    ]
    for (element, name, value) in content.attributes where loading.contains(name) {
      // A link is followed by the reader alone.
      let isLink = element == "a" && name == "href" && value.hasPrefix("https://doi.org/")
      #expect(value.hasPrefix("#") || isLink, "\(element) \(name)=\(value)")
    }
    for element in ["link", "img", "iframe", "object", "embed", "base", "form", "audio", "video"] {
      #expect(content.elements[element] == nil, "\(element)")
    }
    let policy = content.attributes.first { $0.element == "meta" && $0.value.contains("default-src") }
    #expect(policy?.value == "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'")
    let styles =
      content.code + content.attributes.filter { $0.name == "style" || $0.name == "fill" }.map(\.value)
    for text in styles {
      #expect(!text.contains("@import"))
      #expect(text.matches(of: /url\(\s*['"]?(?!#)/).isEmpty, "\(text.prefix(200))")
    }
    for text in content.code {
      for call in [
        "fetch(", "XMLHttpRequest", "WebSocket", "EventSource", "sendBeacon", "import(", "new Image",
        "Worker(", ".src",
      ] {
        #expect(!text.contains(call), "\(call)")
      }
    }
  }

  @Test func theCellIsThereInThreeDimensions() async throws {
    let page = try await page()
    let content = XMLContent(page)
    #expect(
      content.attributes.count { $0.element == "script" && $0.name == "class" && $0.value == "cell" } == 1)
    let text = try #require(content.code.first { $0.contains("\"volumes\"") })
    let view = try JSONDecoder().decode(CellView.self, from: Data(text.utf8))
    #expect(
      view.volumes.map(\.species) == ["Na"] && view.paths.map(\.ion) == [7]
        && view.volumes[0].points == [12, 12, 12])
    #expect(view.anions.first?.kind == "</script><img src='x'/>")
    #expect(content.code.contains { $0.contains("View in 3-D") })
    // The still picture stands beside it.
    #expect(page.contains("figure id=\"figure-density\""))
    // Without densities there is neither data nor viewer.
    let directory = Sample.directory()
    defer { try? FileManager.default.removeItem(at: directory) }
    let url = try await writeReport(
      results: directory.appendingPathComponent("results"), summary: Sample.summary(),
      curves: Sample.curves(),
      manifest: Sample.manifest, provenance: Sample.provenance)
    #expect(!(try String(contentsOf: url, encoding: .utf8)).contains("View in 3-D"))
  }
}
