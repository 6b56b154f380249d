import Foundation
import MPI
import Mathematics
import NEP
import Support

/// Frames chosen from candidates so that they cover what the descriptors of all candidates and known frames span.
package struct SelectedFrames {
  package enum Method: String, CaseIterable, Sendable {
    /// ``DirectSampling``.
    case direct
    /// ``VolumeSampling``.
    case maxvol
  }

  package struct Request {
    package var candidates: [FrameInput]
    /// Frames that exist already: what they cover is not chosen again.
    package var labelled: [FrameInput]
    /// Frames to choose.
    package var count: Int
    package var method: Method
    package var basis: DescriptorBasis

    package init(
      candidates: [FrameInput], labelled: [FrameInput] = [], count: Int, method: Method = .direct,
      basis: DescriptorBasis = .generic
    ) {
      self.candidates = candidates
      self.labelled = labelled
      self.count = count
      self.method = method
      self.basis = basis
    }
  }

  /// A frame of the candidates.
  package struct Frame: Hashable, Sendable {
    /// The index of its input.
    package let input: Int
    /// In its input, from 1.
    package let number: Int
  }

  /// How far candidates are from the nearest of some frames.
  package struct Distances: Encodable, Sendable, Equatable {
    /// In the space of weighted principal components, as all distances.
    package let mean: Double
    package let largest: Double
  }

  /// In the order of the candidates. Fewer than wanted where fewer differ from each other and from labelled frames.
  package let chosen: [Frame]
  package let candidateCount: Int
  package let labelledCount: Int
  /// The descriptors of an atom, the features of a frame that vary, and the principal components that are kept.
  package let descriptorCount: Int
  package let featureCount: Int
  package let componentCount: Int
  /// The part of the features' variance that the components have.
  package let explained: Double
  /// From labelled frames; nil without any.
  package let before: Distances?
  /// From labelled and chosen ones; nil where none are chosen.
  package let after: Distances?
  private let candidates: [FrameInput]

  /// Reads all frames once. Their features are kept, and not the frames.
  /// - Parameters:
  ///   - communicator: of one rank.
  ///   - progress: receives the number of frames read so far.
  /// - Throws: ``InputError`` with file and frame; `LAPACKError`.
  package init(
    _ request: Request, on communicator: Communicator, progress: (Int) -> Void = { _ in }
  ) throws {
    guard communicator.size == 1 else {
      throw InputError("frames are selected by one process: start it without mpirun")
    }
    let evaluator = DescriptorEvaluator(request.basis, communicator)
    var features = FrameFeatures(descriptorCount: request.basis.count)
    for input in request.labelled {
      try input.forEach {
        features.append(try evaluator.descriptors(of: $0, source: input.name))
        progress(features.frameCount)
      }
    }
    let known = features.frameCount
    var frames: [Frame] = []
    for (index, input) in request.candidates.enumerated() {
      try input.forEach {
        features.append(try evaluator.descriptors(of: $0, source: input.name))
        frames.append(Frame(input: index, number: $0.number))
        progress(features.frameCount)
      }
    }
    guard !frames.isEmpty else {
      throw InputError(
        place: request.candidates.first.map { SourcePlace(file: $0.name) }, found: "no frame",
        wanted: "candidates")
    }
    let matrix = features.standardised()
    let components = try PrincipalComponents(
      rowCount: matrix.rowCount, width: matrix.columns.count, forEachRow: matrix.forEachRow)
    let points = PointSet(components.scores, width: components.count, count: features.frameCount)
    let indices =
      switch request.method {
      case .direct: DirectSampling(points, known: known, count: request.count).chosen
      case .maxvol: VolumeSampling(components.whitened, known: known, count: request.count).chosen
      }
    chosen = indices.map { frames[$0 - known] }
    candidates = request.candidates
    candidateCount = frames.count
    labelledCount = known
    descriptorCount = request.basis.count
    featureCount = matrix.columns.count
    componentCount = components.count
    explained = components.explained
    before = Distances(of: points, known: known, to: Array(0..<known))
    after = Distances(of: points, known: known, to: Array(0..<known) + indices)
  }

  /// Reads the chosen frames once more, and writes them as extXYZ in the order of the candidates, with `source` and `source_frame`.
  /// Frames of extXYZ files keep all columns and entries.
  /// - Throws: ``InputError``, `FileError`. An existing file is then unchanged.
  package func write(to path: String) throws {
    try OutputFile.write(to: path) { write in
      for (index, input) in candidates.enumerated() {
        let numbers = Set(chosen.filter { $0.input == index }.map(\.number))
        try input.forEachText(of: numbers) { try write(Data($0.utf8)) }
      }
    }
  }
}

extension PrincipalComponents {
  /// The scores with the same variance, 1, in each component.
  var whitened: PointSet {
    let rows = count > 0 ? scores.count / count : 0
    let factors = (0..<count).map { 1 / (weight($0) * variances[$0].squareRoot()) }
    return PointSet(
      scores.enumerated().map { $1 * factors[$0 % count] }, width: count, count: rows)
  }
}

extension SelectedFrames.Distances {
  /// - Parameters:
  ///   - known: how many of the first points are no candidates.
  ///   - others: indices of points.
  /// - Returns: nil without other points.
  init?(of points: PointSet, known: Int, to others: [Int]) {
    guard !others.isEmpty, known < points.count else { return nil }
    let targets = others.flatMap { points[$0] }
    var (sum, largest) = (0.0, 0.0)
    points.values.withUnsafeBufferPointer { values in
      targets.withUnsafeBufferPointer { targets in
        guard let base = values.baseAddress else { return }
        for point in known..<points.count {
          let nearest = NearestPoint(
            to: base + point * points.width, among: targets, count: others.count, width: points.width,
            limit: .infinity)
          let distance = (nearest?.square ?? 0).squareRoot()
          sum += distance
          largest = max(largest, distance)
        }
      }
    }
    mean = sum / Double(points.count - known)
    self.largest = largest
  }
}
