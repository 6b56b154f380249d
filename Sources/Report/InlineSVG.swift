/// Prepares a gnuplot SVG for a page with several of them.
enum InlineSVG {
  /// Drops the XML prologue, prefixes every id (and each reference to one) with the figure's name, since ids
  /// are one namespace in a page, and adds a description of the picture.
  static func prepare(_ svg: String, name: String, description: String) -> String {
    guard let start = svg.range(of: "<svg") else { return "" }
    var body = String(svg[start.lowerBound...])
    for (old, new) in [
      (" id=\"", " id=\"\(name)-"), (" id='", " id='\(name)-"), ("xlink:href='#", "xlink:href='#\(name)-"),
      ("xlink:href=\"#", "xlink:href=\"#\(name)-"), ("url(#", "url(#\(name)-"),
    ] {
      body = body.replacing(old, with: new)
    }
    let label = description.escapedForXML
    return body.replacingFirst("<svg", with: "<svg role=\"img\" aria-label=\"\(label)\"")
  }
}

extension String {
  package var escapedForXML: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
  }

  func replacingFirst(_ old: String, with new: String) -> String {
    replacing(old, with: new, maxReplacements: 1)
  }
}
