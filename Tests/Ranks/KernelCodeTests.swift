import Foundation
import RankChecks
import TestSupport
import Testing

/// The machine code of the pair kernel: one loop of packed arithmetic without interruptions.
@Suite(.needs(.program("objdump")))
struct KernelCodeTests {
  @Test func kernelIsPackedAndCallsNothing() throws {
    #if DEBUG || !arch(x86_64)
      // Only optimised code is meaningful, and these instructions are those of x86.
    #else
      let code = try kernel()
      try #require(code.count > 200, "found no kernel")
      // Bounds and overflow checks end in ud2; the runtime (swift_retain, swift_release, …) is never called.
      #expect(code.allSatisfy { $0.name != "ud2" })
      let calls = code.filter { $0.name.hasPrefix("call") && $0.operands.contains("<swift_") }
      #expect(calls.isEmpty, "\(calls.map(\.operands))")
      let loops = innermostLoops(code) { Self.roots.contains($0.name) }
      #expect(loops.count >= 2, "masked and full entries have a loop each")
      for loop in loops { #expect(!loop.contains { $0.name.hasPrefix("call") }) }
      let packed = code.filter { $0.name.hasPrefix("v") && $0.name.hasSuffix("ps") }
      let wide = packed.filter { $0.operands.contains("ymm") || $0.operands.contains("zmm") }
      #expect(wide.contains { Self.roots.contains($0.name) })
      #expect(wide.contains { $0.name.hasPrefix("vfmadd") || $0.name.hasPrefix("vfnmadd") })
      // A square root or a division would take as long as half of the rest.
      for loop in loops { #expect(!loop.contains { $0.name == "vsqrtps" || $0.name == "vdivps" }) }
      // A kernel that is half scalar would show here: only the sums over lanes at the end of a row may be
      // scalar.
      let single = code.filter { instruction in
        instruction.name.hasSuffix("ss")
          && ["vmul", "vdiv", "vsqrt", "vfma", "vfnma"].contains { instruction.name.hasPrefix($0) }
      }
      #expect(single.count * 20 < packed.count, "\(single.count) scalar to \(packed.count) packed")
    #endif
  }

  /// Estimates of reciprocal square roots: with AVX-512 and before.
  private static let roots: Set = ["vrsqrt14ps", "vrsqrtps"]

  /// The shortest stretches that a backward jump closes around an instruction.
  private func innermostLoops(
    _ code: [Instruction], holding isWanted: (Instruction) -> Bool
  ) -> [ArraySlice<Instruction>] {
    var loops: [Range<Int>] = []
    for (end, jump) in code.enumerated() where jump.name.hasPrefix("j") {
      guard let target = jump.operands.split(separator: " ").first.flatMap({ Int($0, radix: 16) }),
        let start = code[...end].lastIndex(where: { $0.address == target }),
        code[start...end].contains(where: isWanted)
      else { continue }
      loops.append(start..<(end + 1))
    }
    return loops.filter { loop in
      !loops.contains { $0 != loop && $0.lowerBound >= loop.lowerBound && $0.upperBound <= loop.upperBound }
    }.map { code[$0] }
  }

  private struct Instruction {
    var address: Int
    var name: String
    var operands: String
  }

  /// The instructions of the functions of `MixedKernel` that hold the loops: those that take roots of packed
  /// numbers, two for each of the two kinds of entries at least.
  private func kernel() throws -> [Instruction] {
    let listing = try execute(
      findOnPath("objdump") ?? "",
      ["--disassemble", "--no-show-raw-insn", "-M", "intel", builtExecutable("paddlewheel-rank-check").path])
    try #require(listing.code == 0, "\(listing.error)")
    var result: [Instruction] = []
    var function: [Instruction] = []
    var isKernel = false
    func endFunction() {
      if isKernel && function.count(where: { Self.roots.contains($0.name) }) >= 4 { result += function }
      function = []
    }
    for line in listing.output.split(separator: "\n") {
      if line.hasSuffix(">:") {
        endFunction()
        isKernel = line.contains("MixedKernel")
      } else if isKernel {
        let fields = line.split(separator: "\t")
        guard fields.count > 1,
          let address = Int(fields[0].filter { $0.isHexDigit }, radix: 16)
        else { continue }
        let parts = fields[1].split(separator: " ", maxSplits: 1)
        function.append(
          Instruction(
            address: address, name: String(parts[0]),
            operands: parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""))
      }
    }
    endFunction()
    return result
  }
}
