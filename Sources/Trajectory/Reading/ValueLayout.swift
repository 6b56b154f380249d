/// The memory layout of a particle series, as strides of its indices.
struct ValueLayout {
  var record: Int
  var member: Int
  var component: Int

  /// `[member][component][record]`: the path of each member is contiguous.
  static func paths(records: Int, components: Int) -> ValueLayout {
    ValueLayout(record: 1, member: components * records, component: records)
  }

  /// `[record][member][component]`: as in the file.
  static func records(members: Int, components: Int) -> ValueLayout {
    ValueLayout(record: members * components, member: components, component: 1)
  }
}
