/// What is wrong with a NetCDF file: the place, what was found and what was expected.
package struct NetCDFError: Error, Equatable, CustomStringConvertible, Sendable {
  /// Its path.
  package let file: String
  /// A variable, an attribute or a byte; nil for the whole file.
  package let place: String?
  package let found: String
  package let wanted: String

  package init(file: String, place: String?, found: String, wanted: String) {
    self.file = file
    self.place = place
    self.found = found
    self.wanted = wanted
  }

  package var description: String {
    "\(file)\(place.map { ", \($0)" } ?? ""): found \(found), wanted \(wanted)"
  }
}
