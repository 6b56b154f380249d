extension HDF5Error {
  /// The `errno` of the failed system call; nil where HDF5 reports none. It is only in HDF5's error text.
  public var systemCode: Int32? {
    detail.firstMatch(of: /errno = (\d+)/).flatMap { Int32($0.1) }
  }
}
