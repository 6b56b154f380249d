import Foundation
import Support
import Synchronization

/// The cores of this machine, of which each run gets some to itself.
///
/// A core is taken by a lock on a file of the machine, which ends with the process: so commands on several studies share the
/// machine, and the cores of a run that has ended go to whoever looks first.
package final class CorePool: Sendable {
  private let machine: MachineCores
  /// Of the locks; nil where cores are shared with nobody, as in tests.
  private let folder: String?
  private let taken = Mutex<Set<MachineCore>>([])

  /// Of all users of this machine.
  package static let folder = "/tmp/paddlewheel-cores"

  package init(_ machine: MachineCores = .allowed(), folder: String? = CorePool.folder) {
    self.machine = machine
    self.folder = folder
  }

  /// Cores that may be busy at once.
  package var count: Int { machine.count }

  /// Takes free cores, one for each rank; where the container has less time than cores, a number of them.
  /// - Returns: nil where fewer are free.
  package func take(_ ranks: Int) -> CoreLease? {
    taken.withLock { taken in
      // Of the others too, the first ones are taken first: cores of one socket stay together.
      var found: [MachineCore: Int32] = [:]
      for core in machine.cores where found.count < ranks && taken.count + found.count < machine.count {
        guard !taken.contains(core), let lock = lock(core) else { continue }
        found[core] = lock
      }
      guard found.count == ranks, ranks > 0 else {
        for lock in found.values where lock >= 0 { close(lock) }
        return nil
      }
      let cores = found.keys.sorted { $0.number < $1.number }
      taken.formUnion(cores)
      return CoreLease(cores: machine.canBind ? cores : nil, locks: Array(found.values)) { [self] in
        self.taken.withLock { $0.subtract(cores) }
      }
    }
  }

  /// - Returns: the descriptor of a locked file, -1 where there can be none; nil where another process has the core.
  private func lock(_ core: MachineCore) -> Int32? {
    guard let folder else { return -1 }
    // Of whom it is does not matter, and whoever comes first makes it for all.
    if mkdir(folder, 0o777) == 0 { chmod(folder, 0o1777) }
    let path = "\(folder)/core-\(core.number)"
    let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
    var descriptor = open(path, flags)
    if descriptor < 0, errno == ENOENT { descriptor = open(path, flags | O_CREAT, 0o644) }
    // A machine without such a folder has no locks.
    guard descriptor >= 0 else { return -1 }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      return code == EWOULDBLOCK ? nil : -1
    }
    return descriptor
  }
}

/// Cores that a run has; they are free again when nothing holds this any more, or it is ended.
package final class CoreLease: Sendable {
  /// By rising number; nil where the kernel chooses them.
  package let cores: [MachineCore]?
  private let locks: Mutex<[Int32]>
  private let release: @Sendable () -> Void

  fileprivate init(cores: [MachineCore]?, locks: [Int32], release: @escaping @Sendable () -> Void) {
    self.cores = cores
    self.locks = Mutex(locks)
    self.release = release
  }

  deinit { end() }

  /// Gives the cores back.
  package func end() {
    let held = locks.withLock { locks in
      defer { locks = [] }
      return locks
    }
    guard !held.isEmpty else { return }
    for lock in held where lock >= 0 {
      // A process that is just being started has a copy of the descriptor, which alone would keep the lock.
      flock(lock, LOCK_UN)
      close(lock)
    }
    release()
  }
}
