import StudyStore
import Support

/// A submission of tasks that belong to no study: `0001.json`. It is written before anything is submitted, under names of jobs
/// that no other job has.
struct TaskArray: Codable, Equatable, Sendable {
  /// A job array: its tasks 0, 1, … are those from `offset` on.
  struct Part: Codable, Equatable, Sendable {
    var offset: Int
    var count: Int
    var jobName: String
    /// Nil until sbatch has returned it.
    var job: Int?

    enum CodingKeys: String, CodingKey {
      case offset, count, job
      case jobName = "job_name"
    }
  }

  var number: Int
  /// The argument of each task's command, unique.
  var tasks: [String]
  var parts: [Part]
  /// Whether the submitting process has ended; a part without a job was then not submitted.
  var isFinished = false

  enum CodingKeys: String, CodingKey {
    case number, tasks, parts
    case isFinished = "finished"
  }
}

extension TaskArray: StudyRecord {
  func check() throws(RecordFault) {
    try require(number, "number", RecordRange.numbers)
    for (index, part) in parts.enumerated() {
      try require(part.offset, "parts.\(index).offset", 0...tasks.count)
      try require(part.count, "parts.\(index).count", 0...(tasks.count - part.offset))
      try require(part.job, "parts.\(index).job", 1...Int(UInt32.max))
    }
  }
}
