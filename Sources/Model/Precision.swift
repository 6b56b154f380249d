/// The precision of the pair kernel's arithmetic; all sums are double.
package enum Precision: String, CaseIterable, Codable, Sendable {
  case mixed, double
}
