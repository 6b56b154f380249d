import CHDF5

extension HDF5Object {
  package func hasAttribute(_ name: String) throws(HDF5Error) -> Bool {
    try checked("look up", file: file.path, object: "\(path)@\(name)") {
      H5Aexists(handle.id, name)
    } > 0
  }

  /// An attribute and its shape, which is empty for a scalar.
  private func openAttribute(_ name: String) throws(HDF5Error) -> (HDF5Handle, shape: [Int], count: Int) {
    let object = "\(path)@\(name)"
    let id = try checked("open the attribute", file: file.path, object: object) {
      H5Aopen(handle.id, name, chdf5_default_plist())
    }
    let attribute = HDF5Handle(id, closer: H5Aclose)
    let spaceID = try checked("read the shape", file: file.path, object: object) { H5Aget_space(id) }
    let space = HDF5Handle(spaceID, closer: H5Sclose)
    let shape = try extents(of: space.id, file: file.path, object: object)
    let count = try count(of: shape, "read the attribute", attribute: name)
    let largest = max(65536, try fileSize())
    guard count <= largest else {
      throw error(
        "read the attribute", found: "the extents \(shape)", wanted: "no more than the file can hold",
        attribute: name)
    }
    return (attribute, shape, count)
  }

  private func attributeType(_ attribute: HDF5Handle, _ name: String) throws(HDF5Error) -> HDF5Handle {
    let id = try checked("read the type", file: file.path, object: "\(path)@\(name)") {
      H5Aget_type(attribute.id)
    }
    return HDF5Handle(id, closer: H5Tclose)
  }

  private func createAttribute(_ name: String, type: hid_t, shape: [Int]) throws(HDF5Error) -> HDF5Handle {
    let space = try HDF5Handle.space(shape, file: file.path)
    let plist = chdf5_default_plist()
    let id = try checked("create the attribute", file: file.path, object: "\(path)@\(name)") {
      H5Acreate2(handle.id, name, type, space.id, plist, plist)
    }
    return HDF5Handle(id, closer: H5Aclose)
  }

  /// Adds a scalar attribute.
  package func setAttribute<T: HDF5Element>(_ name: String, _ value: T) throws(HDF5Error) {
    try setAttribute(name, [value], shape: [])
  }

  /// Adds a one-dimensional attribute.
  package func setAttribute<T: HDF5Element>(_ name: String, _ values: [T]) throws(HDF5Error) {
    try setAttribute(name, values, shape: [values.count])
  }

  private func setAttribute<T: HDF5Element>(
    _ name: String, _ values: [T], shape: [Int]
  ) throws(HDF5Error) {
    let attribute = try createAttribute(name, type: T.memoryType, shape: shape)
    try checked("write the attribute", file: file.path, object: "\(path)@\(name)") {
      H5Awrite(attribute.id, T.memoryType, values)
    }
    try attribute.close(file: file.path, object: "\(path)@\(name)")
  }

  /// All values of a numeric attribute.
  package func attribute<T: HDF5Element>(_ name: String, as: T.Type) throws(HDF5Error) -> [T] {
    let (attribute, _, count) = try openAttribute(name)
    let type = try attributeType(attribute, name)
    try requireNumbers(type.id, attribute: name)
    var values = [T](repeating: T.zero, count: count)
    try checked("read the attribute", file: file.path, object: "\(path)@\(name)") {
      H5Aread(attribute.id, T.memoryType, &values)
    }
    return values
  }

  /// The value of a scalar numeric attribute.
  package func singleAttribute<T: HDF5Element>(_ name: String, as type: T.Type) throws(HDF5Error) -> T {
    let values = try attribute(name, as: type)
    guard values.count == 1 else {
      throw error("read the attribute", "found \(values.count) values, wanted one", attribute: name)
    }
    return values[0]
  }

  /// Adds a string attribute. It has variable length: Python returns only such strings as `str`.
  package func setAttribute(_ name: String, _ text: String) throws(HDF5Error) {
    try setTextAttribute(name, [text], shape: [])
  }

  /// Adds a string attribute as wide as the text: a reader needs no other part of the file for it.
  package func setFixedAttribute(_ name: String, _ text: String) throws(HDF5Error) {
    var bytes = Array(text.utf8)
    if bytes.isEmpty { bytes = [0] }
    let type = try stringType(bytes: bytes.count, file: file.path)
    let attribute = try createAttribute(name, type: type.id, shape: [])
    try checked("write the attribute", file: file.path, object: "\(path)@\(name)") {
      H5Awrite(attribute.id, type.id, bytes)
    }
    try attribute.close(file: file.path, object: "\(path)@\(name)")
  }

  /// Adds a one-dimensional string attribute.
  package func setAttribute(_ name: String, _ texts: [String]) throws(HDF5Error) {
    try setTextAttribute(name, texts, shape: [texts.count])
  }

  private func setTextAttribute(_ name: String, _ texts: [String], shape: [Int]) throws(HDF5Error) {
    let type = try stringType(bytes: nil, file: file.path)
    let attribute = try createAttribute(name, type: type.id, shape: shape)
    let object = "\(path)@\(name)"
    try withCStrings(texts) { (pointers) throws(HDF5Error) in
      _ = try checked("write the attribute", file: file.path, object: object) {
        H5Awrite(attribute.id, type.id, pointers.baseAddress)
      }
    }
    try attribute.close(file: file.path, object: object)
  }

  /// All strings of an attribute, of fixed or variable length.
  package func textAttributes(_ name: String) throws(HDF5Error) -> [String] {
    let (attribute, _, count) = try openAttribute(name)
    let object = "\(path)@\(name)"
    let type = try attributeType(attribute, name)
    let spaceID = try checked("read the shape", file: file.path, object: object) {
      H5Aget_space(attribute.id)
    }
    let space = HDF5Handle(spaceID, closer: H5Sclose)
    return try readTexts(type: type.id, space: space.id, count: count, object: object) {
      H5Aread(attribute.id, $0, $1)
    }
  }

  /// The value of a scalar string attribute.
  package func textAttribute(_ name: String) throws(HDF5Error) -> String {
    let texts = try textAttributes(name)
    guard texts.count == 1 else {
      throw error("read the attribute", "found \(texts.count) texts, wanted one", attribute: name)
    }
    return texts[0]
  }
}
