import Foundation
import Mathematics
import Testing

@testable import Selection

/// Principal components, and points chosen from a cloud.
@Suite struct SamplingTests {
  private func random(_ count: Int, seed: UInt64) -> [Double] {
    var generator = SplitMix64(seed: seed)
    return (0..<count).map { _ in Double((generator.next() as UInt64) >> 11) / 4_503_599_627_370_496 - 1 }
  }

  /// Five crowds of very different size about corners that are 10 apart, one after the other.
  private func crowds() -> (points: PointSet, crowd: [Int]) {
    let sizes = [400, 3, 50, 1, 20]
    let noise = random(3 * sizes.reduce(0, +), seed: 11)
    var values: [Double] = []
    var crowd: [Int] = []
    for (index, size) in sizes.enumerated() {
      for _ in 0..<size {
        let corner = [10.0 * Double(index), index % 2 == 0 ? 0 : 10, 0]
        for k in 0..<3 { values.append(corner[k] + 0.5 * noise[values.count]) }
        crowd.append(index)
      }
    }
    return (PointSet(values, width: 3, count: crowd.count), crowd)
  }

  /// Points in another order: known ones first.
  private func with(known: [Int], _ points: PointSet) -> (points: PointSet, order: [Int]) {
    let order = known + (0..<points.count).filter { !known.contains($0) }
    return (PointSet(order.flatMap { points[$0] }, width: points.width, count: points.count), order)
  }

  @Test func eachCrowdGivesOne() {
    let (points, crowd) = crowds()
    let chosen = DirectSampling(points, known: 0, count: 5).chosen
    #expect(chosen.map { crowd[$0] } == [0, 1, 2, 3, 4])
    // Next to the centre of its crowd.
    for point in chosen {
      let members = crowd.indices.filter { crowd[$0] == crowd[point] }
      let centre = (0..<3).map { k in
        members.reduce(0) { $0 + points.values[$1 * 3 + k] } / Double(members.count)
      }
      func square(_ point: Int) -> Double {
        zip(points[point], centre).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      #expect(members.allSatisfy { square($0) >= square(point) - 1e-9 })
    }
  }

  @Test(arguments: SelectedFrames.Method.allCases)
  func knownCrowdsAreNotChosenAgain(_ method: SelectedFrames.Method) {
    let (points, crowd) = crowds()
    let known = crowd.indices.filter { crowd[$0] == 0 || crowd[$0] == 4 }.filter { $0 % 2 == 0 }
    let (ordered, order) = with(known: known, points)
    switch method {
    case .direct:
      let chosen = DirectSampling(ordered, known: known.count, count: 3).chosen
      #expect(chosen.map { crowd[order[$0]] } == [1, 2, 3])
    case .maxvol:
      let chosen = VolumeSampling(ordered, known: known.count, count: 3).chosen
      #expect(chosen.count == 3 && chosen.allSatisfy { $0 >= known.count })
      #expect(chosen.contains { crowd[order[$0]] == 3 })
      #expect(!chosen.contains { crowd[order[$0]] == 0 })
    }
  }

  /// Copies of one point, and of known ones, are never chosen beside it.
  @Test(arguments: SelectedFrames.Method.allCases)
  func copiesAreNotChosen(_ method: SelectedFrames.Method) {
    let values: [Double] = [0, 0, 1, 1, 0, 0, 1, 1, 5, 5, 5, 5, 2, 3]
    let points = PointSet(values, width: 2, count: 7)
    let chosen =
      method == .direct
      ? DirectSampling(points, known: 2, count: 4).chosen
      : VolumeSampling(points, known: 2, count: 4).chosen
    #expect(chosen == [4, 6])
  }

  /// As many as wanted, and the worst-placed candidate is nearer than with a random choice.
  @Test(arguments: [1, 7, 40, 200])
  func cloudsAreCovered(_ count: Int) throws {
    let points = PointSet(random(6 * 600, seed: 2), width: 6, count: 600)
    let chosen = DirectSampling(points, known: 0, count: count).chosen
    #expect(chosen.count == count && Set(chosen).count == count)
    #expect(DirectSampling(points, known: 0, count: count).chosen == chosen)
    let found = try #require(SelectedFrames.Distances(of: points, known: 0, to: chosen))
    var generator = SplitMix64(seed: 4)
    var means: [Double] = []
    for _ in 0..<20 {
      let other = generator.sample(count, of: 600)
      means.append(try #require(SelectedFrames.Distances(of: points, known: 0, to: other)).mean)
    }
    #expect(found.mean < means.reduce(0, +) / 20)
  }

  /// The determinant is at least as large as without exchanges, and as that of random choices.
  @Test(arguments: [3, 5, 12])
  func volumesAreLarge(_ count: Int) {
    let width = 5
    let points = PointSet(random(width * 200, seed: 9), width: width, count: 200)
    func logVolume(_ chosen: [Int]) -> Double {
      var matrix = (0..<(width * width)).map { $0 / width == $0 % width ? 1e-6 : 0 }
      for point in chosen {
        for i in 0..<width {
          for j in 0..<width {
            matrix[i * width + j] += points.values[point * width + i] * points.values[point * width + j]
          }
        }
      }
      return Cholesky(matrix, size: width)?.logDeterminant ?? -.infinity
    }
    let chosen = VolumeSampling(points, known: 0, count: count).chosen
    #expect(chosen.count == count)
    var greedy: [Int] = []
    for _ in 0..<count {
      greedy.append(
        (0..<200).filter { !greedy.contains($0) }.max {
          logVolume(greedy + [$0]) < logVolume(greedy + [$1])
        } ?? 0)
    }
    #expect(logVolume(chosen) >= logVolume(greedy) - 1e-9)
    var generator = SplitMix64(seed: 6)
    for _ in 0..<300 { #expect(logVolume(chosen) > logVolume(generator.sample(count, of: 200))) }
  }

  /// Two features of correlation r have the variances 1 + r and 1 − r, and a third one that depends on nothing its own.
  @Test func principalComponentsAreThoseOfTheFormula() throws {
    let (n, r) = (64, 0.6)
    // Rows of a Hadamard matrix: orthogonal columns of mean 0 and variance 1.
    func column(_ k: Int, _ row: Int) -> Double { (k & row).nonzeroBitCount % 2 == 0 ? 1 : -1 }
    let rows = (0..<n).map { row in
      [column(1, row), r * column(1, row) + (1 - r * r).squareRoot() * column(2, row), column(4, row)]
    }
    let found = try PrincipalComponents(rowCount: n, width: 3) { body in
      for (index, row) in rows.enumerated() { body(index, row) }
    }
    let factor = Double(n) / Double(n - 1)
    for (variance, wanted) in zip(found.variances, [1 + r, 1, 1 - r]) {
      #expect(abs(variance - wanted * factor) < 1e-12)
    }
    // Above 1, as n / (n − 1) is.
    #expect(found.count == 2)
    #expect(abs(found.explained - (2 + r) / 3) < 1e-12)
    for (index, row) in rows.enumerated() {
      let first = (row[0] + row[1]) / 2.0.squareRoot() * (1 + r) / 3
      #expect(abs(abs(found.scores[2 * index]) - abs(first)) < 1e-12)
      #expect(abs(abs(found.scores[2 * index + 1]) - 1.0 / 3) < 1e-12)
    }
  }
}
