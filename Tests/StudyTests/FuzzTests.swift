import Testing

@testable import Mathematics
@testable import Support

/// However the text is damaged, decoding gives a plan or an ``InputError`` that names the file.
@Test(arguments: 0..<8)
func damagedManifestNeverCrashes(_ seed: Int) throws {
  var generator = SplitMix64(seed: UInt64(seed))
  let spice = Array("{}[]:,-&*!|>'\"%@`#?~ \n\t0123456789.eEKÅps\u{0}\u{fffd}null")
  let keys = [
    "sweep", "from", "to", "step", "nep", "replica", "1e309", "-1", "[[[", "&a", "*a", "<<", "inputs",
  ]
  for _ in 0..<400 {
    var text = Array(Bool.random(using: &generator) ? fullExample : plainExample)
    for _ in 0..<Int.random(in: 1...6, using: &generator) {
      let at = Int.random(in: 0..<text.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: text.remove(at: at)
      case 1: text.insert(spice.randomElement(using: &generator) ?? " ", at: at)
      case 2: text[at] = spice.randomElement(using: &generator) ?? " "
      case 3: text.insert(contentsOf: keys.randomElement(using: &generator) ?? "", at: at)
      default:
        let end = min(text.count, at + Int.random(in: 1...30, using: &generator))
        text.insert(contentsOf: text[at..<end], at: Int.random(in: 0..<text.count, using: &generator))
      }
      if text.isEmpty { break }
    }
    do {
      let made = try plan(String(text))
      #expect(!made.runs.isEmpty)
    } catch let error as InputError {
      #expect(error.place?.file == "jobs/example.yaml", "\(error)\n\(String(text))")
    } catch {
      Issue.record("\(error)\n\(String(text))")
    }
  }
}

@Test func cutManifestNeverCrashes() {
  let text = Array(fullExample)
  for length in 0..<text.count {
    do { _ = try plan(String(text[..<length])) } catch { #expect(error is InputError) }
  }
}
