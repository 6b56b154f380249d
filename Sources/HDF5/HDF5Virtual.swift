import CHDF5

/// One source of a virtual dataset: a whole dataset of another file, mapped at an offset.
package struct HDF5VirtualSource: Sendable {
  /// The other file; a relative path is relative to the folder of the file with the virtual dataset.
  package var file: String
  /// The absolute path of the dataset in it.
  package var dataset: String
  /// The extents to map, from the start of the source.
  package var shape: [Int]
  /// The position of the source in the virtual dataset.
  package var offset: [Int]

  package init(file: String, dataset: String, shape: [Int], offset: [Int]) {
    self.file = file
    self.dataset = dataset
    self.shape = shape
    self.offset = offset
  }
}

extension HDF5Group {
  /// Creates a dataset that stores no data but maps datasets of other files side by side.
  ///
  /// - Parameter fill: the value where no source is mapped and where a source's file is lost. HDF5 reports
  ///   neither, so results must never be read through a virtual dataset.
  package func createVirtualDataset<T: HDF5Element>(
    _ name: String, of _: T.Type, shape: [Int], sources: [HDF5VirtualSource], fill: T
  ) throws(HDF5Error) -> HDF5Dataset {
    let object = absolute(name)
    let space = try HDF5Handle.space(shape, file: file.path)
    let plist = try HDF5Handle.creationList(chdf5_dataset_create(), file: file.path)
    var fill = fill
    try checked("set the fill value", file: file.path, object: object) {
      H5Pset_fill_value(plist.id, T.memoryType, &fill)
    }
    for source in sources {
      let sourceSpace = try HDF5Handle.space(source.shape, file: file.path)
      let start = source.offset.map { hsize_t($0) }
      let count = source.shape.map { hsize_t($0) }
      try checked("map \(source.file)", file: file.path, object: object) {
        H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, count, nil)
      }
      try checked("map \(source.file)", file: file.path, object: object) {
        H5Pset_virtual(plist.id, space.id, source.file, source.dataset, sourceSpace.id)
      }
    }
    try checked("create the dataset", file: file.path, object: object) { H5Sselect_all(space.id) }
    return try createDataset(name, type: T.memoryType, space: space, plist: plist)
  }
}
