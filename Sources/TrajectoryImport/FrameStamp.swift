/// The place of a frame in time, as its file has it.
public struct FrameStamp: Equatable, Sendable {
  /// nil where the file counts none.
  public var step: Int?
  /// ps; nil where the file has none.
  public var time_ps: Double?
}

/// The frames of one file, looked through without their atoms.
struct ScannedFile {
  /// For messages.
  var name: String
  var stamps: [FrameStamp]
  /// What the unit of its times was taken for, where the file does not say; nil where it does.
  var timeGuess: String?
}

/// A frame of one of a run's files.
struct FramePlace: Equatable {
  /// The index of the file.
  var file: Int
  /// Counted from 1.
  var number: Int
}
