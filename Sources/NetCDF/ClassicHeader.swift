/// The header of a classic NetCDF file, gone through before the library reads it: the library takes memory for every count
/// that a header names.
///
/// Source: "NetCDF file formats: the classic format specification", docs.unidata.ucar.edu/netcdf-c.
struct ClassicHeader {
  private var bytes: HeaderBytes
  /// Bytes of a count, and of the place of a variable's values.
  private var countSize = 4
  private var placeSize = 4
  private static let dimensionTag: UInt64 = 0xA
  private static let variableTag: UInt64 = 0xB
  private static let attributeTag: UInt64 = 0xC
  /// Bytes of a value, by the number of its type.
  private static let valueSizes: [UInt64: UInt64] = [
    1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8, 7: 1, 8: 2, 9: 4, 10: 8, 11: 8,
  ]

  /// - Returns: the size of the file, bytes.
  /// - Throws: ``NetCDFError`` where a count is above what the file has place for, and where this is no such header.
  static func check(_ path: String) throws(NetCDFError) -> Int {
    var header = ClassicHeader(bytes: try HeaderBytes(path))
    try header.check()
    return header.bytes.size
  }

  private mutating func check() throws(NetCDFError) {
    let magic = try bytes.number(bytes: 4)
    switch magic {
    case 0x4344_4601: break
    case 0x4344_4602: placeSize = 8
    case 0x4344_4605: (countSize, placeSize) = (8, 8)
    default: throw bytes.problem("another beginning", "CDF and 1, 2 or 5, a classic NetCDF file")
    }
    _ = try bytes.number(bytes: countSize)
    // A dimension is a name and an extent.
    for _ in 0..<(try list(Self.dimensionTag, itemSize: 2 * countSize)) {
      try name()
      _ = try count()
    }
    try attributes()
    let smallest = 2 * countSize + 4 + countSize + 4 + countSize + placeSize
    for _ in 0..<(try list(Self.variableTag, itemSize: smallest)) {
      try name()
      try bytes.skip(try count(), of: UInt64(countSize))
      try attributes()
      _ = try valueSize()
      _ = try count()
      _ = try bytes.number(bytes: placeSize)
    }
  }

  /// The number of items of a list.
  private mutating func list(_ tag: UInt64, itemSize: Int) throws(NetCDFError) -> UInt64 {
    let found = try bytes.number(bytes: 4)
    let items = try count()
    guard found == tag || (found == 0 && items == 0) else {
      throw bytes.problem("the list \(found) of \(items)", "the list \(tag), or none")
    }
    guard items <= UInt64(bytes.left / itemSize) else {
      throw bytes.problem("\(items) items of a list", "as many as the file has place for")
    }
    return items
  }

  private mutating func attributes() throws(NetCDFError) {
    for _ in 0..<(try list(Self.attributeTag, itemSize: 2 * countSize + 4)) {
      try name()
      let size = try valueSize()
      try bytes.skip(try count(), of: size)
    }
  }

  private mutating func name() throws(NetCDFError) { try bytes.skip(try count(), of: 1) }

  private mutating func count() throws(NetCDFError) -> UInt64 { try bytes.number(bytes: countSize) }

  private mutating func valueSize() throws(NetCDFError) -> UInt64 {
    let type = try bytes.number(bytes: 4)
    guard let size = Self.valueSizes[type] else {
      throw bytes.problem("the type \(type)", "a type of values, 1 to 11")
    }
    return size
  }
}
