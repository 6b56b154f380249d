import Support
import Units

/// The quantity above 0 that the value of a command-line option states, such as `10%` or `100 fs`, in the internal unit of
/// its dimension.
/// - Throws: ``InputError`` naming the option.
package func quantityOption(_ text: String, as dimension: PhysicalDimension, _ option: String) throws
  -> Double
{
  let value: Double
  do { value = try Quantity.parse(text, as: dimension) } catch { throw invalid(text, dimension, option) }
  guard value > 0, value < 1e9 else { throw invalid(text, dimension, option) }
  return value
}

private func invalid(_ text: String, _ dimension: PhysicalDimension, _ option: String) -> InputError {
  InputError(
    key: option, found: "'\(text.prefix(80))'",
    wanted: "\(dimension.name) above 0 with its unit, such as \(dimension.example)")
}
