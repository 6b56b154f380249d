import Report
import SinglePoints
import Training

extension TrainingPage {
  /// The page that compares the models of a committee.
  /// - Parameter members: those that are trained, at least one.
  init(committee members: [TrainingSummary], name: String) {
    let wanted = members.map(\.model.committee).max() ?? members.count
    kicker = "Paddlewheel training of a committee"
    title = name
    overview =
      "\(members.count) of \(wanted) models that differ in their seeds, and with them in their first parameters and the order of the "
      + "frames. " + (members.first.map { TrainingText($0).data } ?? "")
    let lacking = members.contains { $0.errors.validation == nil }
    caveats =
      (members.count < wanted
        ? ["\(wanted - members.count) of \(wanted) models are not trained yet."] : [])
      + (lacking ? [TrainingText.withoutValidation] : [])
    keys = []
    let sets: [(String, KeyPath<TrainingErrors, FrameErrors?>)] = [
      ("Validation", \.validation), ("Training", \.someTraining),
    ]
    let tables = sets.compactMap { Self.table("\($0) frames", members, $1) }
    sections = [
      Section(
        title: "Final errors",
        note: "R.m.s. errors of each model; below, their mean and standard deviation over the models.",
        tables: tables)
    ]
    links = members.map { ("model-\($0.model.number)/training.html", "Model \($0.model.number)") }
  }

  private static func table(
    _ title: String, _ members: [TrainingSummary], _ set: KeyPath<TrainingErrors, FrameErrors?>
  ) -> ErrorTable? {
    let parts = members.compactMap { member in member.errors[keyPath: set].map { (member, $0.all) } }
    guard !parts.isEmpty else { return nil }
    var rows = parts.map { member, part in
      ["model \(member.model.number)", "\(member.final.epoch)"] + ErrorTable.mainCells(part)
    }
    if parts.count > 1 {
      let columns = parts.map { ErrorTable.mainValues($0.1) }
      let statistics = (columns.first ?? []).indices.map { column in
        meanAndDeviation(columns.map { $0[column] })
      }
      rows.append(["mean", ""] + ErrorTable.mainTexts(statistics.map { $0?.mean }))
      rows.append(["standard deviation", ""] + ErrorTable.mainTexts(statistics.map { $0?.deviation }))
    }
    return ErrorTable(
      title: title, columns: [("", ""), ("epochs", "")] + ErrorTable.mainColumns, rows: rows)
  }

  /// Nil where a model has no value.
  private static func meanAndDeviation(_ values: [Double?]) -> (mean: Double, deviation: Double)? {
    let known = values.compactMap(\.self)
    guard known.count == values.count, known.count > 1 else { return nil }
    let mean = known.reduce(0, +) / Double(known.count)
    let squares = known.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, (squares / Double(known.count - 1)).squareRoot())
  }
}

extension TrainingErrors {
  /// As the validation frames are given.
  fileprivate var someTraining: FrameErrors? { training }
}
