import Foundation
import RankChecks
import Testing

/// What the compiler made of the pair kernel: one loop of packed arithmetic, which nothing interrupts.
@Suite(.enabled(if: findOnPath("objdump") != nil, "objdump is not on the path"))
struct KernelCodeTests {
  @Test(arguments: ["Float", "Double"])
  func kernelIsPackedAndCallsNothing(_ scalar: String) throws {
    #if DEBUG || !arch(x86_64)
      // Only optimised code is worth reading, and these are the names of x86.
    #else
      let code = try kernel(scalar)
      try #require(code.count > 200, "found no kernel for \(scalar)")
      let calls = code.filter { $0.name.hasPrefix("call") }
      #expect(calls.isEmpty, "\(calls.map(\.operands))")
      // Checks of bounds and overflow end in ud2.
      #expect(code.allSatisfy { $0.name != "ud2" })
      let suffix = scalar == "Float" ? "ps" : "pd"
      let packed = code.filter { $0.name.hasPrefix("v") && $0.name.hasSuffix(suffix) }
      let wide = packed.filter { $0.operands.contains("ymm") || $0.operands.contains("zmm") }
      #expect(wide.contains { $0.name.hasPrefix("vsqrt") })
      #expect(wide.contains { $0.name.hasPrefix("vdiv") })
      #expect(wide.contains { $0.name.hasPrefix("vfmadd") || $0.name.hasPrefix("vfnmadd") })
      // Half a kernel of single values would show here: sums over eight lanes at the end of a row are all
      // that may be scalar.
      let scalarSuffix = scalar == "Float" ? "ss" : "sd"
      let single = code.filter { instruction in
        instruction.name.hasSuffix(scalarSuffix)
          && ["vmul", "vdiv", "vsqrt", "vfma", "vfnma"].contains { instruction.name.hasPrefix($0) }
      }
      #expect(single.count * 20 < packed.count, "\(single.count) scalar to \(packed.count) packed")
    #endif
  }

  private struct Instruction {
    var name: String
    var operands: String
  }

  /// The instructions of `PairKernel<Scalar>.compute`, into which the loop is inlined.
  private func kernel(_ scalar: String) throws -> [Instruction] {
    let listing = try execute(
      findOnPath("objdump") ?? "",
      ["--disassemble", "--no-show-raw-insn", "-M", "intel", builtExecutable("paddlewheel-rank-check").path])
    try #require(listing.code == 0, "\(listing.error)")
    let letter = scalar == "Float" ? "Sf" : "Sd"
    var result: [Instruction] = []
    var isInside = false
    for line in listing.output.split(separator: "\n") {
      if line.hasSuffix(">:") {
        isInside = line.contains("10PairKernel") && line.contains("7compute") && line.contains(letter)
      } else if isInside {
        let fields = line.split(separator: "\t")
        guard fields.count > 1 else { continue }
        let parts = fields[1].split(separator: " ", maxSplits: 1)
        result.append(
          Instruction(name: String(parts[0]), operands: parts.count > 1 ? String(parts[1]) : ""))
      }
    }
    return result
  }
}
