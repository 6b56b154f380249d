import CHDF5
import Foundation

/// Most builds of HDF5 are not thread safe: every call of the library holds this lock. It is recursive
/// because a call may release objects, and closing them is a call as well.
private let libraryLock = NSRecursiveLock()

/// Settings of the whole process, before the first file: code and files that another file names are not loaded.
private let isPrepared: Bool = {
  // No filters from the folders of HDF5_PLUGIN_PATH.
  guard H5PLset_loading_state(0) >= 0 else { return false }
  // A link into another file is an error when it is followed.
  return H5Lis_registered(H5L_TYPE_EXTERNAL) <= 0 || H5Lunregister(H5L_TYPE_EXTERNAL) >= 0
}()

/// Prepares the library for files from anywhere.
func prepareLibrary(file: String) throws(HDF5Error) {
  libraryLock.lock()
  defer { libraryLock.unlock() }
  H5Eset_auto2(chdf5_default_error_stack(), nil, nil)
  guard isPrepared else {
    throw HDF5Error(
      file: file, object: "", operation: "open the file",
      detail: "the library can't be kept from following links")
  }
}

/// Runs calls of the library that report no errors, under the lock.
func locked<Result>(_ body: () -> Result) -> Result {
  libraryLock.lock()
  defer { libraryLock.unlock() }
  H5Eset_auto2(chdf5_default_error_stack(), nil, nil)
  return body()
}

/// The version of the HDF5 library, `1.10.8`.
package func hdf5Version() -> String {
  var numbers: (UInt32, UInt32, UInt32) = (0, 0, 0)
  return locked {
    guard H5get_libversion(&numbers.0, &numbers.1, &numbers.2) >= 0 else { return "unknown" }
    return "\(numbers.0).\(numbers.1).\(numbers.2)"
  }
}

/// Runs a call of another library that calls HDF5 itself.
package func withHDF5Lock<Result>(_ body: () -> Result) -> Result { locked(body) }

/// Runs one call of the library and turns a negative result into an error with the error stack.
///
/// The library's automatic printing is switched off before each call, not once: thread-safe builds keep
/// that switch per thread, and Swift may resume a caller on any thread.
@discardableResult
func checked<Result: FixedWidthInteger & SignedInteger>(
  _ operation: @autoclosure () -> String, file: String, object: String = "", _ call: () -> Result
) throws(HDF5Error) -> Result {
  libraryLock.lock()
  defer { libraryLock.unlock() }
  H5Eset_auto2(chdf5_default_error_stack(), nil, nil)
  let result = call()
  guard result >= 0 else {
    throw HDF5Error(file: file, object: object, operation: operation(), detail: errorStackText())
  }
  return result
}

/// The messages of the library's error stack from the failed call inwards, without repetitions.
private func errorStackText() -> String {
  final class Collector { var messages: [String] = [] }
  let collector = Collector()
  let visit: H5E_walk2_t = { _, error, data in
    guard let error, let data else { return 0 }
    let collector = Unmanaged<Collector>.fromOpaque(data).takeUnretainedValue()
    if let text = error.pointee.desc.map({ String(cString: $0) }), collector.messages.last != text {
      collector.messages.append(text)
    }
    return 0
  }
  let data = Unmanaged.passUnretained(collector).toOpaque()
  _ = withExtendedLifetime(collector) {
    H5Ewalk2(chdf5_default_error_stack(), H5E_WALK_DOWNWARD, visit, data)
  }
  H5Eclear2(chdf5_default_error_stack())
  return collector.messages.isEmpty ? "no reason given" : collector.messages.joined(separator: ": ")
}
