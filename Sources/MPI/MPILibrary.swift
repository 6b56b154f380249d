import CMPI
import Foundation
import Support

#if PADDLEWHEEL_MPI_BUILT_IN
  import CMPIShim
#endif

/// Where this program gets its MPI from: compiled in, or a shared library that `paddlewheel-mpi-build` makes with the MPI of a
/// site.
package enum MPILibrary {
  /// The variable that names such a library, and overrules all else.
  package static let variable = "PADDLEWHEEL_MPI"
  static let fileName = "libpaddlewheel-mpi.so"

  /// Whether the program was linked with an MPI.
  package static let isBuiltIn: Bool = {
    #if PADDLEWHEEL_MPI_BUILT_IN
      true
    #else
      false
    #endif
  }()

  /// The MPI of a process, loaded once.
  /// - Throws: ``MPILibraryError``.
  static func functions() throws -> MPIFunctions { try loaded.get() }

  private static let loaded = Result { try load(ProcessInfo.processInfo.environment) }

  private static func load(_ environment: [String: String]) throws -> MPIFunctions {
    if let path = environment[variable], !path.isEmpty {
      guard FileKind(at: path) != nil else { throw MPILibraryError.missing([path], isNamed: true) }
      return try open(path)
    }
    #if PADDLEWHEEL_MPI_BUILT_IN
      return MPIFunctions(table: paddlewheel_mpi(), origin: "linked")
    #else
      let paths = searched(environment, installation: Installation.ofThisProgram)
      let found = paths.filter { FileKind(at: $0) != nil }
      guard let first = found.first else { throw MPILibraryError.missing(paths, isNamed: false) }
      do { return try open(first) } catch {
        // Those that came with the program are for one MPI each: that of the other may be there.
        guard first.hasSuffix("-openmpi.so"), found.count > 1 else { throw error }
        return try open(found[1])
      }
    #endif
  }

  /// Where a library is looked for that no variable names: in the user's folder for data, then with the program. Those that
  /// come with the program are compiled for one MPI each; the one of the launcher is taken, of both where there is none.
  package static func searched(_ environment: [String: String], installation: Installation?) -> [String] {
    var paths = [String]()
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      paths.append("\(data)/paddlewheel/\(fileName)")
    } else if let home = environment["HOME"], !home.isEmpty {
      paths.append("\(home)/.local/share/paddlewheel/\(fileName)")
    }
    guard let installation else { return paths }
    paths.append("\(installation.libraries)/\(fileName)")
    let isOpenMPI = environment.keys.contains { $0.hasPrefix("OMPI_COMM_WORLD") }
    let isOther = environment["PMI_RANK"] != nil && !isOpenMPI
    for (kind, isMeant) in [("openmpi", !isOther), ("mpich", !isOpenMPI)] where isMeant {
      paths.append("\(installation.libraries)/libpaddlewheel-mpi-\(kind).so")
    }
    return paths
  }

  /// - Throws: ``MPILibraryError`` where the file is no such library, or one of another version of the program.
  static func open(_ path: String) throws -> MPIFunctions {
    // The plugins of some MPIs expect its symbols to be global.
    guard let library = dlopen(path, RTLD_NOW | RTLD_GLOBAL) else {
      throw MPILibraryError.unusable(path, reason: dlerror().map { String(cString: $0) } ?? "unknown error")
    }
    guard let symbol = dlsym(library, PW_MPI_ENTRY) else {
      throw MPILibraryError.unusable(path, reason: "it has no function \(PW_MPI_ENTRY)")
    }
    let functions = MPIFunctions(
      table: unsafeBitCast(symbol, to: pw_mpi_entry.self)(), origin: path)
    let version = functions.calls.version
    guard version == PW_MPI_VERSION else {
      throw MPILibraryError.otherVersion(path, found: Int(version), wanted: Int(PW_MPI_VERSION))
    }
    return functions
  }

  /// Whether there is an MPI that can be loaded.
  package static var isUsable: Bool { (try? functions()) != nil }

  /// The MPI in words, for `--version` and `doctor`: what it is and where it comes from.
  package static func summary() -> String {
    do {
      let mpi = try functions()
      return "\(String(cString: mpi.calls.compiled_with)) (\(mpi.origin))"
    } catch let error as MPILibraryError {
      return error.short
    } catch {
      return "\(error)"
    }
  }
}

/// No MPI where one is needed.
package enum MPILibraryError: ExitingError, Equatable {
  /// None of the files is there; `isNamed` where the user has named it.
  case missing([String], isNamed: Bool)
  case unusable(String, reason: String)
  case otherVersion(String, found: Int, wanted: Int)

  package var exitCode: Int32 { 2 }

  /// Without what to do.
  package var short: String {
    switch self {
    case .missing(let paths, isNamed: true):
      "\(MPILibrary.variable) names \(paths.joined()), which is not there"
    case .missing(_, isNamed: false): "none; runs take one rank"
    case .unusable(let path, let reason): "can't load \(path): \(reason)"
    case .otherVersion(let path, let found, let wanted):
      "\(path) has version \(found) of the interface to MPI, wanted \(wanted)"
    }
  }

  package var description: String {
    let build = "paddlewheel-mpi-build makes it with the mpicc on PATH"
    switch self {
    case .missing(let paths, isNamed: false):
      let places = paths.map { "\n  \($0)" }.joined()
      return
        "several ranks were started, and there is no library for MPI; \(build). Looked for, as "
        + "\(MPILibrary.variable) is not set:\(places)"
    case .missing: return "\(short); \(build)"
    case .unusable: return "\(short)\nLoad the module of the MPI it was made with, or make it anew: \(build)"
    case .otherVersion: return "\(short); make it anew: \(build)"
    }
  }
}
