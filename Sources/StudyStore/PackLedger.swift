import Support

/// Keeps the record of a pack: that it lives, and how busy its cores are.
package struct PackLedger {
  private let records: PackRecords
  private var record: PackRecord
  private let clock = Stopwatch()
  private var sinceWrite = Stopwatch()
  /// Of the runs that have ended, core-seconds.
  private var ended_s = 0.0

  /// Seconds between two records.
  private static let interval_s = 5.0

  package init(_ record: PackRecord, _ records: PackRecords) {
    self.record = record
    self.records = records
    write(busy_s: 0)
  }

  private func use(_ busy_s: Double) -> PackRecord.Use {
    PackRecord.Use(held: clock.elapsed_s * Double(record.cores), busy: ended_s + busy_s)
  }

  private mutating func write(busy_s: Double) {
    record.beats += 1
    record.use = use(busy_s)
    sinceWrite.restart()
    // Where it can't be written the others take this pack for dead; the runs are guarded by their attempts.
    try? records.write(record)
  }

  package mutating func look(busy_s: Double) {
    if sinceWrite.elapsed_s >= Self.interval_s { write(busy_s: busy_s) }
  }

  package mutating func starts(_ run: Int) {
    record.going.append(run)
    record.beforeLastWave = nil
  }

  package mutating func ends(_ run: Int, busy: Double, isDone: Bool) {
    record.going.removeAll { $0 == run }
    if isDone { record.done += 1 }
    ended_s += busy
  }

  /// Cores are free, and no run is left for them.
  package mutating func nothingIsLeft(busy_s: Double) {
    if record.beforeLastWave == nil { record.beforeLastWave = use(busy_s) }
  }

  package mutating func close() {
    record.hasEnded = true
    write(busy_s: 0)
  }
}
