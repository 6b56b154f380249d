internal import CNetCDF
import HDF5

/// A file of classic NetCDF (CDF-1, -2 and -5), opened by the netCDF library.
///
/// The library starts HDF5, so that its calls take turns with those of HDF5.
package final class NetCDFFile {
  package let path: String
  /// Bytes.
  package let size: Int
  private var id: Int32 = -1

  /// A variable with the extents of its dimensions.
  package struct Variable {
    fileprivate var id: Int32
    package var name: String
    package var shape: [Int]
    /// Whether the first dimension is that of the frames.
    package var isSeries: Bool
  }

  /// - Throws: ``NetCDFError``.
  package init(_ path: String) throws {
    self.path = path
    size = try ClassicHeader.check(path)
    try check("open it", nil) { nc_open(path, NC_NOWRITE, &id) }
  }

  deinit { if id >= 0 { _ = withHDF5Lock { nc_close(id) } } }

  /// The extent of a dimension; nil where there is none.
  package func extent(_ name: String) throws -> Int? {
    var dimension: Int32 = 0
    var length = 0
    guard withHDF5Lock({ nc_inq_dimid(id, name, &dimension) }) == NC_NOERR else { return nil }
    try check("read its extent", name) { nc_inq_dimlen(id, dimension, &length) }
    return length
  }

  /// - Returns: nil where there is none.
  package func variable(_ name: String) throws -> Variable? {
    var variable: Int32 = 0
    guard withHDF5Lock({ nc_inq_varid(id, name, &variable) }) == NC_NOERR else { return nil }
    var count: Int32 = 0
    try check("read its dimensions", name) { nc_inq_varndims(id, variable, &count) }
    guard (0...8).contains(count) else { throw problem(name, "\(count) dimensions", "at most 8") }
    var dimensions = [Int32](repeating: 0, count: Int(count))
    try check("read its dimensions", name) { nc_inq_vardimid(id, variable, &dimensions) }
    let shape = try dimensions.map { dimension in
      var length = 0
      try check("read its extents", name) { nc_inq_dimlen(id, dimension, &length) }
      return length
    }
    var frames: Int32 = -1
    let hasFrames = withHDF5Lock { nc_inq_dimid(id, "frame", &frames) } == NC_NOERR
    return Variable(id: variable, name: name, shape: shape, isSeries: hasFrames && dimensions.first == frames)
  }

  /// The values of one frame, or those of all.
  /// - Parameter count: how many are expected.
  package func values(_ variable: Variable, frame: Int, count: Int) throws -> [Double] {
    let extents = variable.isSeries ? [1] + variable.shape.dropFirst() : variable.shape
    let start =
      variable.isSeries ? [frame] + variable.shape.dropFirst().map { _ in 0 } : variable.shape.map { _ in 0 }
    guard extents.reduce(1, { $0.multipliedReportingOverflow(by: $1).partialValue }) == count else {
      throw problem(variable.name, "the shape \(variable.shape)", "\(count) values")
    }
    var values = [Double](repeating: 0, count: count)
    try check("read frame \(frame + 1)", variable.name) {
      nc_get_vara_double(id, variable.id, start, extents, &values)
    }
    return values
  }

  /// An attribute's text; of the file where no variable is given. nil where there is none.
  package func text(_ name: String, of variable: Variable? = nil) -> String? {
    let owner = variable?.id ?? NC_GLOBAL
    var type: nc_type = 0
    var length = 0
    guard withHDF5Lock({ nc_inq_att(id, owner, name, &type, &length) }) == NC_NOERR, type == NC_CHAR,
      (1...4096).contains(length)
    else { return nil }
    var buffer = [CChar](repeating: 0, count: length)
    guard withHDF5Lock({ nc_get_att_text(id, owner, name, &buffer) }) == NC_NOERR else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// An attribute's number; nil where there is none.
  package func number(_ name: String, of variable: Variable) -> Double? {
    var type: nc_type = 0
    var length = 0
    var value = 0.0
    guard withHDF5Lock({ nc_inq_att(id, variable.id, name, &type, &length) }) == NC_NOERR, length == 1,
      type != NC_CHAR, withHDF5Lock({ nc_get_att_double(id, variable.id, name, &value) }) == NC_NOERR
    else { return nil }
    // The nearest decimal number to one in single precision.
    return type == NC_FLOAT ? Double("\(Float(value))") : value
  }

  private func check(_ what: String, _ place: String?, _ body: () -> Int32) throws(NetCDFError) {
    let code = withHDF5Lock(body)
    guard code == NC_NOERR else {
      throw problem(place, "\(String(cString: nc_strerror(code))) (to \(what))", "a whole NetCDF file")
    }
  }

  private func problem(_ place: String?, _ found: String, _ wanted: String) -> NetCDFError {
    NetCDFError(file: path, place: place, found: found, wanted: wanted)
  }
}
