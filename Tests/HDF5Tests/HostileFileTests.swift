import Foundation
import TestSupport
import Testing

@testable import HDF5

/// Files that claim what they do not hold, or that point to other files.
@Suite struct HostileFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(_ name: String, _ read: (HDF5Group) throws -> Void) -> String {
    do {
      try read(try HDF5File.open(folder.file(name)).root())
      return "no error"
    } catch { return "\(error)" }
  }

  /// What a file refers to is not followed, wherever it is; what is stored in odd ways is named.
  @Test(.needs(.python)) func nothingOutsideIsFollowed() throws {
    let script = """
      import h5py, numpy as np, os, sys
      here = sys.argv[1]; os.mkdir(here + "/in"); os.chdir(here + "/in")
      with h5py.File("../secret.h5", "w") as f: f["x"] = np.arange(5.0)
      with h5py.File("near.h5", "w") as f: f["x"] = np.arange(5.0)
      os.symlink("../secret.h5", "alias.h5")
      space = h5py.h5s.create_simple((2, 5))
      with h5py.File("odd.h5", "w", libver=("earliest", "v110")) as f:
        f["link"] = h5py.ExternalLink("near.h5", "/x")
        f.create_dataset("raw", (8,), "f8", external=[("/etc/passwd", 0, h5py.h5f.UNLIMITED)])
        f.create_dataset("lzf", data=np.zeros(100), chunks=(100,), compression="lzf")
        f.create_dataset("scaled", data=np.arange(100), chunks=(100,), scaleoffset=0)
        f.create_dataset("pair", data=np.zeros(3, dtype=[("a", "f8"), ("b", "i4")]))
        f.create_dataset("sparse", (10, 100_000_000, 3), "f4", chunks=(1, 1000, 3))
        f.create_dataset("huge", (2**40, 2**40), "f4", chunks=(1, 1000))
        wide = h5py.h5t.STD_I64LE.copy(); wide.set_size(16)
        names = h5py.h5t.enum_create(wide); names.enum_insert(b"Na", 0)
        h5py.h5d.create(f.id, b"enum16", names, h5py.h5s.create_simple((5,)))
        h5py.h5d.create(f.id, b"int16", wide, h5py.h5s.create_simple((5,)))
        for name, source in [("out", "../secret.h5"), ("full", here + "/secret.h5"), ("symlink", "alias.h5"),
                             ("fine", "near.h5"), ("nested", "middle.h5")]:
          layout = h5py.VirtualLayout((2, 5), "f8")
          for row in range(2): layout[row] = h5py.VirtualSource(source, "x", (5,))
          f.create_virtual_dataset(name, layout)
      with h5py.File("middle.h5", "w", libver=("earliest", "v110")) as f:
        layout = h5py.VirtualLayout((5,), "f8"); layout[:] = h5py.VirtualSource(here + "/secret.h5", "x", (5,))
        f.create_virtual_dataset("x", layout)
      """
    _ = try Python.run(script, [folder.path])
    func refusal(_ name: String) -> String {
      error("in/odd.h5") { _ = try $0.dataset(name).read(Double.self) }
    }
    #expect(refusal("fine") == "no error")
    #expect(refusal("link").contains("/link: cannot open the dataset"))
    #expect(refusal("raw").contains("found data in another file"))
    for name in ["out", "full", "symlink"] {
      #expect(
        refusal(name).contains("which is not followed, wanted them in the file's own folder"), "\(name)")
    }
    #expect(refusal("nested").contains("from yet another file"))
    #expect(refusal("lzf").contains("found data behind filter 32000"))
    #expect(refusal("scaled").contains("found data behind filter 6"))
    #expect(refusal("pair").contains("found neither numbers nor text"))
    #expect(refusal("sparse").contains("found extents of 12000000000 bytes"))
    #expect(refusal("huge").contains("more than fit in memory"))
    #expect(refusal("int16").contains("found integers of 16 bytes"))
    #expect(
      error("in/odd.h5") { _ = try $0.dataset("enum16").readEnumeration() }.contains(
        "enumeration of integers of 16"))
  }

  /// A heap of texts in which the library would go round for ever, or read beyond.
  @Test(arguments: [
    (0, [UInt8](repeating: 0, count: 512)), (24, [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]),
    (8, [0, 0, 0, 0, 0, 0, 0, 0x40]),
  ]) func damagedHeapIsNamed(_ offset: Int, _ bytes: [UInt8]) throws {
    let path = folder.file("heap.h5")
    let file = try HDF5File.create(path)
    try file.root().writeTexts("t", [String(repeating: "text", count: 300), "another"])
    try file.close()
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    let heap = try #require(data.range(of: Data("GCOL".utf8))).lowerBound
    // The heap's own size, the size of its first object, and all that follows this one.
    let place = heap + (offset == 0 ? 16 + 16 + 1200 : offset)
    data.replaceSubrange(place..<(place + bytes.count), with: bytes)
    try data.write(to: URL(fileURLWithPath: path))
    let message = error("heap.h5") { _ = try $0.dataset("t").readTexts() }
    #expect(message.contains("the heap that holds them, at byte \(heap), is damaged"), "\(message)")
  }

  @Test func soundHeapsAreRead() throws {
    let file = try HDF5File.create(folder.file("sound.h5"))
    let texts = (0..<500).map { String(repeating: "x", count: $0) }
    try file.root().writeTexts("t", texts)
    try file.close()
    #expect(try HDF5File.open(folder.file("sound.h5")).root().dataset("t").readTexts() == texts)
  }

  /// A flipped byte of a list with a checksum is noticed.
  @Test func flippedBytesOfAListAreNoticed() throws {
    let path = folder.file("list.h5")
    let file = try HDF5File.create(path)
    try file.root().writeChecksummed("id", (0..<40).map { Int64($0) * 1_000_003 })
    try file.root().writeText("text", "a text in bytes")
    try file.close()
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    func content() throws -> ([Int64], String) {
      let root = try HDF5File.open(path).root()
      return (try root.dataset("id").read(Int64.self), try root.readText("text"))
    }
    let wanted = try content()
    var refused = 0
    for place in stride(from: 0, to: data.count, by: 7) {
      var damaged = data
      damaged[place] ^= 0x10
      try damaged.write(to: URL(fileURLWithPath: path))
      do { #expect(try content() == wanted, "byte \(place)") } catch { refused += 1 }
    }
    #expect(refused > 70)
  }

  /// A child looks first: what crashes the library does not crash the program.
  @Test func whatTheLibraryDoesNotSurviveIsAnError() throws {
    try HDF5File.probe(try soundFile())
    let text = folder.file("text.h5")
    try Data("not HDF5".utf8).write(to: URL(fileURLWithPath: text))
    // Not a file of HDF5, which the library says itself.
    try HDF5File.probe(text)
    #expect(error("text.h5") { _ in }.contains("cannot open the file"))
  }

  /// The free space of a group's names is a list: one that leads back to itself keeps the library busy for ever.
  @Test(.needs(.python)) func aListThatLeadsBackToItselfIsRefused() throws {
    let path = folder.file("names.h5")
    let script = """
      import h5py, sys
      with h5py.File(sys.argv[1], "w", libver="earliest") as f: f["x"] = [1.0, 2.0]
      """
    _ = try Python.run(script, [path])
    try HDF5File.probe(path)
    var data = try Data(contentsOf: URL(fileURLWithPath: path))
    let heap = try #require(data.range(of: Data("HEAP".utf8))).lowerBound
    func number(_ place: Int) -> Int {
      data[place..<(place + 8)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let (first, names) = (number(heap + 16), number(heap + 24))
    try #require(first < number(heap + 8) && names < data.count)
    data.replaceSubrange((names + first)..<(names + first + 8), with: data[(heap + 16)..<(heap + 24)])
    try data.write(to: URL(fileURLWithPath: path))
    // The second look is remembered.
    for _ in 0..<2 {
      #expect {
        try HDF5File.probe(path)
      } throws: {
        "\($0)".contains("the library computed for more than 5 s")
          || "\($0)".contains("the library takes more than")
      }
    }
  }

  /// A part that can't be followed hides from the child what lies behind it: names that lie nowhere, which crash the library.
  @Test(.needs(.python)) func whatWasNotLookedAtIsNotSound() throws {
    let path = folder.file("hidden.h5")
    let script = """
      import h5py, sys
      with h5py.File(sys.argv[1], "w", libver="earliest") as f:
        f["a/x"], f["b/y"] = [1.0, 2.0], [1.0, 2.0]
        header = h5py.h5o.get_info(f["a/x"].id).addr
      data = bytearray(open(sys.argv[1], "rb").read())
      assert data[header] == 1
      data[header] = 99
      names = data.rfind(b"HEAP") + 16
      data[names:names + 16] = b"\\0" * 8 + b"\\xff" * 8
      open(sys.argv[1], "wb").write(data)
      """
    _ = try Python.run(script, [path])
    #expect {
      try HDF5File.probe(path)
    } throws: {
      "\($0)".contains("the library failed: the file is damaged")
    }
  }

  private func soundFile() throws -> String {
    let file = try HDF5File.create(folder.file("good.h5"))
    try file.root().writeTexts("t", ["a"])
    try file.root().writeDataset("x", [1.0, 2])
    try file.close()
    return folder.file("good.h5")
  }
}
