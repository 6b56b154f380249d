import Crystal
import Mathematics
import Testing

@Suite struct ElementTests {
  @Test func symbolsAndMasses() {
    #expect(Element(symbol: "B")?.mass_amu == 10.81)
    #expect(Element(symbol: "Na")?.atomicNumber == 11)
    #expect(Element(atomicNumber: 118)?.symbol == "Og")
    #expect(Element(symbol: "NA") == nil && Element(atomicNumber: 0) == nil)
    let symbols = Set((1...118).compactMap { Element(atomicNumber: $0)?.symbol })
    #expect(symbols.count == 118)
  }

  /// The published stream of SplitMix64 for seed 1234567 (Rosetta Code, from Vigna's C).
  @Test func splitMixStream() {
    var random = SplitMix64(seed: 1_234_567)
    #expect(random.next() as UInt64 == 6_457_827_717_110_365_317)
    #expect(random.next() as UInt64 == 3_203_168_211_198_807_973)
    #expect(random.next(below: 1) == 0)
    #expect(random.sample(5, of: 5) == [0, 1, 2, 3, 4])
    #expect(random.sample(9, of: 5).count == 5)
  }
}
