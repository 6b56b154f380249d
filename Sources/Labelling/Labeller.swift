import Foundation
import SinglePoints
import Support

/// Labels frames by an engine: what a file of labels lacks is computed, and the labelled frames are written.
///
///     let labeller = try Labeller(LabelRequest(files: ["candidates.extxyz"], output: "train.extxyz"), engine: engine)
///     let report = try labeller.run()
///
/// Each label is kept in `OUTPUT.work` as soon as it is there. The same request goes on with what is missing, after a kill
/// too; then the output is the same to the byte as without one. While a labeller exists, no other has its output.
package final class Labeller {
  package let request: LabelRequest
  private let engine: any LabelEngine
  private let frames: LabelFrames
  private let store: LabelStore

  /// Reads the frames and the labels that are there.
  /// - Throws: ``InputError`` for frames that can't be read, and for labels of another engine; ``IncompleteError`` where
  ///   another process labels into the output; ``FileError``.
  package init(_ request: LabelRequest, engine: any LabelEngine) throws {
    self.request = request
    self.engine = engine
    try request.check()
    frames = try LabelFrames(request.files)
    try OwnFolder.make(request.folder, in: request.folder)
    store = try LabelStore(folder: request.folder)
    TemporaryFile.removeLeftOver(in: request.folder)
    let hasWork = FileKind(at: FrameFolders.path(in: request.folder)) != nil
    try EngineRecord.claim(engine.identity, folder: request.folder, isEmpty: store.isEmpty && !hasWork)
  }

  /// Frames without an outcome.
  package var missing: [LabelFrame] { frames.frames.filter { !store.has($0.digest) } }

  /// Labels what is missing, as far as the engine does so now, and writes the output and the file of refused frames.
  /// - Throws: ``RunFailure`` where the engine can't be used; what it has labelled until then is kept.
  package func run() throws -> LabelReport {
    let wanted = missing
    let session = LabelSession(store, request, total: wanted.count)
    if !wanted.isEmpty { try engine.label(wanted, session) }
    try store.synchronize()
    var report = try LabelWriter(request, engine.identity, store, session).write(frames.frames)
    report.duplicates = frames.duplicates.map {
      LabelReport.Duplicate(source: $0.source, first: $0.first)
    }
    report.damagedLines = store.damagedLines
    report.wasStopped = session.shouldStop
    return report
  }
}
