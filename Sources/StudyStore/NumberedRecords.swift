import Foundation
import Support

/// JSON records in a folder, one a file, by rising numbers: `submissions/0001.json`, `attempt-2.json`.
///
/// The creation of a file claims its number: of several processes that create one at the same time each gets another.
package struct NumberedRecords<Record: StudyRecord> {
  package let folder: String
  /// What stands before the number in a file's name.
  private let prefix: String
  /// The number's least number of digits.
  private let digits: Int
  private let encode: (Record) throws -> Data

  package init(
    folder: String, prefix: String = "", digits: Int = 4,
    encode: @escaping (Record) throws -> Data = { try SealedRecord.encode($0) }
  ) {
    self.folder = folder
    self.prefix = prefix
    self.digits = digits
    self.encode = encode
  }

  package func path(_ number: Int) -> String {
    let text = String(number)
    return "\(folder)/\(prefix)\(String(repeating: "0", count: max(0, digits - text.count)))\(text).json"
  }

  /// Rising; none where the folder does not exist.
  /// - Throws: ``RunFailure`` where the folder can't be listed, or a number is none of ours: records would seem not to
  ///   exist.
  package func numbers() throws -> [Int] {
    try folderContents(folder).compactMap { name in
      guard name.hasPrefix(prefix), name.hasSuffix(".json") else { return nil }
      let digits = name.dropFirst(prefix.count).dropLast(5)
      guard !digits.isEmpty, digits.allSatisfy(\.isASCII), digits.allSatisfy(\.isNumber) else { return nil }
      guard let number = Int(digits), RecordRange.numbers.contains(number) else {
        throw RunFailure(
          "\(folder)/\(name): found the number \(digits), wanted 1 to \(RecordRange.numbers.upperBound); move the file away"
        )
      }
      return number
    }.sorted()
  }

  /// Oldest first.
  /// - Throws: ``RunFailure`` where one can't be read: what it decided would be forgotten.
  package func all() throws -> [Record] { try numbers().map(record) }

  /// - Throws: ``RunFailure`` with the file and the key.
  package func record(_ number: Int) throws -> Record {
    guard let data = FileContents.own(path(number), most: 1 << 24) else {
      throw RunFailure("can't read \(path(number)): it is not a file that can be read")
    }
    do { return try SealedRecord.decode(Record.self, from: data) } catch {
      throw RunFailure("\(path(number)): \(error)")
    }
  }

  /// Creates the first record, from a number on, that no other process has created. A link, unlike a lock, is atomic on
  /// every shared file system and leaves a whole file.
  /// - Throws: ``RunFailure``, ``FileError``.
  package func claim(from first: Int, _ make: (Int) -> Record) throws -> Record {
    var number = first
    while true {
      let record = make(number)
      if try create(record, number: number) { return record }
      number += 1
    }
  }

  /// Creates one record.
  /// - Returns: false where it exists already.
  /// - Throws: ``RunFailure``, ``FileError``.
  package func create(_ record: Record, number: Int) throws -> Bool {
    do {
      try OwnFolder.make(folder, in: (folder as NSString).deletingLastPathComponent)
    } catch let error as CocoaError {
      throw RunFailure("can't create \(folder): \(error.localizedDescription)")
    }
    return try AtomicFile.createExclusively(try encode(record), at: path(number))
  }

  /// Replaces a record.
  /// - Throws: ``FileError``.
  package func write(_ record: Record, number: Int) throws {
    try AtomicFile.write(try encode(record), to: path(number))
  }
}
