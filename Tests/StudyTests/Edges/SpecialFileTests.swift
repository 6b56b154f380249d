import Foundation
import Logging
import Testing

@testable import StudyStore
@testable import Support

/// Pipes, devices, links and permissions. Never with the machine's own devices: what fails here replaces them.
@Suite struct SpecialFileTests {
  /// The case `special-outputs`: a pipe is written to and stays one.
  @Test func aPipeIsWrittenTo() throws {
    try withTemporaryFolder { folder in
      let pipe = "\(folder)/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      // Both ends, so that neither opening waits.
      let reader = open(pipe, O_RDWR)
      defer { close(reader) }
      try OutputFile.write("what was written", to: pipe)
      var buffer = [UInt8](repeating: 0, count: 64)
      let count = read(reader, &buffer, 64)
      #expect(String(decoding: buffer.prefix(max(0, count)), as: UTF8.self) == "what was written")
      #expect(FileKind(at: pipe) == .pipe)
      #expect(try folderContents(folder) == ["pipe"])
      // A format that can't be written from beginning to end.
      #expect(throws: InputError.self) { try OutputFile.replace(pipe) { _ in Issue.record("called") } }
    }
  }

  @Test func aDeviceIsWrittenToAndStaysOne() throws {
    try withTemporaryFolder { folder in
      let null = "\(folder)/null"
      // As root only; /dev/null is the same device.
      guard mknod(null, S_IFCHR | 0o666, 1 << 8 | 3) == 0, open(null, O_WRONLY) >= 0 else { return }
      try OutputFile.write("lost", to: null)
      #expect(FileKind(at: null) == .device)
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "null")
      try OutputFile.write("lost", to: "\(folder)/link")
      #expect(FileKind(at: null) == .device && FileKind(at: "\(folder)/link") == .link)
      let full = "\(folder)/full"
      #expect(mknod(full, S_IFCHR | 0o666, 1 << 8 | 7) == 0)
      let error = #expect(throws: FileError.self) { try OutputFile.write("x", to: full) }
      #expect(error?.code == ENOSPC)
      #expect(FileKind(at: full) == .device)
    }
  }

  @Test func aLinkIsFollowedToItsEnd() throws {
    try withTemporaryFolder { folder in
      let files = FileManager.default
      try files.createDirectory(atPath: "\(folder)/big", withIntermediateDirectories: true)
      try files.createSymbolicLink(atPath: "\(folder)/one", withDestinationPath: "big/x")
      try files.createSymbolicLink(atPath: "\(folder)/two", withDestinationPath: "\(folder)/one")
      for text in ["new", "replaced"] {
        try OutputFile.write(text, to: "\(folder)/two")
        #expect(try String(contentsOfFile: "\(folder)/big/x", encoding: .utf8) == text)
        #expect(FileKind(at: "\(folder)/two") == .link && FileKind(at: "\(folder)/one") == .link)
      }
      #expect(try folderContents("\(folder)/big") == ["x"])
      try files.createSymbolicLink(atPath: "\(folder)/loop", withDestinationPath: "loop")
      #expect(throws: FileError.self) { try OutputFile.write("x", to: "\(folder)/loop") }
      for wrong in ["\(folder)/big", "\(folder)/big/", "\(folder)/.."] {
        #expect(throws: InputError.self) { try OutputFile.write("x", to: wrong) }
      }
    }
  }

  /// A file of a study whose place something else has taken is not written, and that is not replaced.
  @Test func ownFilesReplaceOnlyFilesAndLinks() throws {
    try withTemporaryFolder { folder in
      let outside = "\(folder)/outside"
      try write("kept", to: outside)
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/own", withDestinationPath: "outside")
      try AtomicFile.write("own", to: "\(folder)/own")
      #expect(try String(contentsOfFile: outside, encoding: .utf8) == "kept")
      #expect(FileKind(at: "\(folder)/own") == .file)
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      #expect(throws: FileError.self) { try AtomicFile.write("x", to: "\(folder)/pipe") }
      #expect(FileKind(at: "\(folder)/pipe") == .pipe)
      #expect(FileContents.own("\(folder)/pipe") == nil)
      #expect(try folderContents(folder).sorted() == ["outside", "own", "pipe"])
    }
  }

  /// `log.txt` of an unpacked study may lead anywhere.
  @Test func aLogIsNotWrittenThroughALink() throws {
    try withTemporaryFolder { folder in
      let outside = "\(folder)/outside"
      try write("kept\n", to: outside)
      let log = "\(folder)/run/log.txt"
      try FileManager.default.createDirectory(atPath: "\(folder)/run", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: log, withDestinationPath: outside)
      Logger(runDirectory: "\(folder)/run").info("a line")
      #expect(try String(contentsOfFile: outside, encoding: .utf8) == "kept\n")
      unlink(log)
      #expect(mkfifo(log, 0o600) == 0)
      Logger(runDirectory: "\(folder)/run").info("does not wait for a reader")
      unlink(log)
      Logger(runDirectory: "\(folder)/run").warning("a\nb\u{1b}[2J")
      let text = try String(contentsOfFile: log, encoding: .utf8)
      #expect(text.hasSuffix(" warning: a\\nb\\e[2J\n") && text.split(separator: "\n").count == 1)
    }
  }

  @Test(arguments: ["runs", "runs/0000-T500K-r1"]) func foldersOfAStudyAreNoLinks(_ name: String) throws {
    try withTemporaryFolder { folder in
      let study = "\(folder)/study"
      let plan = try plan(plainExample)
      _ = try StudyDirectory(creating: study, plan: plan)
      let outside = "\(folder)/outside"
      try FileManager.default.moveItem(atPath: "\(study)/\(name)", toPath: outside)
      try FileManager.default.createSymbolicLink(atPath: "\(study)/\(name)", withDestinationPath: outside)
      let error = #expect(throws: InputError.self) { try StudyDirectory(creating: study, plan: plan) }
      #expect(error?.description.contains("\(study)/\(name)") == true)
      // Such a study can be read.
      #expect(try StudyDirectory(opening: study).state(of: 0).state == .planned)
    }
  }

  /// The study itself may be reached through a link.
  @Test func theStudysOwnFolderMayBeALink() throws {
    try withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/real", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "real")
      _ = try StudyDirectory(creating: "\(folder)/link", plan: try plan(plainExample))
      #expect(FileManager.default.fileExists(atPath: "\(folder)/real/study.yaml"))
    }
  }

  @Test func newFilesFollowTheUmaskAndHaveUnforeseeableTemporaryNames() throws {
    try withTemporaryFolder { folder in
      var names: Set<String> = []
      for _ in 0..<3 {
        try AtomicFile.replace("\(folder)/a") {
          names.insert($0); try write("x", to: $0)
        }
      }
      #expect(names.count == 3)
      try AtomicFile.write("x", to: "\(folder)/b")
      try OutputFile.write("x", to: "\(folder)/c")
      // Another test may change nothing of this process, so its own mask is asked for.
      let mask = umask(0)
      umask(mask)
      for name in ["b", "c"] {
        var status = stat()
        #expect(stat("\(folder)/\(name)", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o666 & ~mask)
      }
    }
  }

  @Test func whatNeverEndsIsNotRead() throws {
    try withTemporaryFolder { folder in
      try write(String(repeating: "a", count: 5000), to: "\(folder)/a")
      #expect(throws: FileContents.Problem.self) { try FileContents.read("\(folder)/a", most: 4999) }
      let whole = try FileContents.read("\(folder)/a", most: 5000)
      #expect(whole.count == 5000)
      #expect(throws: FileContents.Problem.self) { try FileContents.read("/dev/zero", most: 100_000) }
      #expect(throws: FileContents.Problem.self) { try FileContents.read(folder, most: 100) }
      let nothing = try FileContents.read("/dev/null", most: 100)
      #expect(nothing.isEmpty)
    }
  }

  /// A pipe to which nothing writes is not waited for without end; one whose writer is late is read whole.
  @Test func aPipeWithoutAWriterIsNotWaitedFor() throws {
    try withTemporaryFolder { folder in
      let pipe = "\(folder)/pipe"
      #expect(mkfifo(pipe, 0o600) == 0)
      let error = #expect(throws: FileContents.Problem.self) {
        try FileContents.read(pipe, most: 100, patience_s: 0.3)
      }
      #expect(error?.reason == "it is a pipe to which nothing writes")
      let writer = Process()
      writer.executableURL = URL(fileURLWithPath: "/bin/sh")
      writer.arguments = ["-c", "sleep 0.3; { printf ab; sleep 0.3; printf c; } > \"$0\"", pipe]
      try writer.run()
      let content = try FileContents.read(pipe, most: 100)
      #expect(content == Data("abc".utf8))
      writer.waitUntilExit()
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/link", withDestinationPath: "pipe")
      #expect(PlainFile.refused("\(folder)/link") == .pipe && PlainFile.refused(folder) == nil)
      let refusal = #expect(throws: InputError.self) { try PlainFile.check(pipe) }
      #expect(refusal?.description.contains("found a pipe, wanted a plain file") == true)
    }
  }
}
