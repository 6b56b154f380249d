/// The precision of the pair kernel's arithmetic; everything that adds up is double.
package enum Precision: String, CaseIterable, Codable, Sendable {
  case mixed, double
}
