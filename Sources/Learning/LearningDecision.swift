/// Why a loop has ended.
package enum LearningOutcome: String, Codable, Sendable {
  /// The deviation stays below the bound.
  case converged
  /// What is spent of the budget.
  case generations, labels, time
  /// The deviation is above the bound, or ions broke, and no frame is left that is worth a label.
  case nothingToLabel = "nothing_to_label"
}

/// What a loop does next. It follows from what is on disk alone, so that a loop goes on after a kill wherever it was.
package enum LearningAction: Equatable, Sendable {
  case begin(generation: Int, rung: Int)
  case phase(Generation.Phase)
  case finish(LearningOutcome)
}

/// Decides what a loop does next.
package struct LearningDecision {
  /// Of the records that have to be below the bound.
  package var fraction: Double
  /// That may break in the runs of a generation in which the bound holds.
  package var brokenIons: Int
  /// The generations after which each rung of the ladder is left; nil for when the deviation stays below the bound.
  package var rungs: [Int?]
  package var generations: Int
  package var labels: Int?
  package var time_s: Double?

  package init(_ recipe: LearningRecipe) {
    fraction = recipe.until.fraction_percent / 100
    brokenIons = recipe.until.brokenIons ?? 0
    rungs = recipe.rungs.map(\.generations)
    generations = recipe.budget.generations
    labels = recipe.budget.labels
    time_s = recipe.budget.time_s
  }

  /// - Parameters:
  ///   - done: the generations that have begun, in their order.
  ///   - spent_s: wall time of the loop so far.
  package func next(_ done: [Generation], spent_s: Double) -> LearningAction {
    guard let last = done.last else { return .begin(generation: 0, rung: 0) }
    // The first committee is what every end has to offer.
    let isOver = last.number > 0 && (time_s.map { spent_s >= $0 } ?? false)
    switch last.next {
    case .explore: return isOver ? .finish(.time) : .phase(.explore)
    case .select:
      if let explored = last.explored, let end = self.end(explored, last, done) { return end }
      return isOver ? .finish(.time) : .phase(.select)
    case .label:
      if last.number > 0, last.selected?.chosen == 0 { return withoutLabels(last, done) }
      return .phase(.label)
    case .train:
      if last.number > 0, last.labelled?.training == 0 { return withoutLabels(last, done) }
      return .phase(.train)
    case nil: return .begin(generation: last.number + 1, rung: rung(after: last, done))
    }
  }

  /// What an exploration leads to; nil for a choice of frames.
  private func end(_ explored: Exploration, _ last: Generation, _ done: [Generation]) -> LearningAction? {
    if explored.fraction >= fraction, explored.brokenIons <= brokenIons {
      return last.rung + 1 < rungs.count
        ? .begin(generation: last.number + 1, rung: last.rung + 1) : .finish(.converged)
    }
    if done.count(where: { $0.number > 0 && $0.trained != nil }) >= generations {
      return .finish(.generations)
    }
    let labelled = done.reduce(0) { $0 + ($1.labelled?.labelled ?? 0) }
    return labels.map { labelled >= $0 } ?? false ? .finish(.labels) : nil
  }

  /// A generation without a new frame: the next one explores with other velocities, and where it finds none either, there is
  /// none.
  private func withoutLabels(_ last: Generation, _ done: [Generation]) -> LearningAction {
    let before = done.dropLast().last
    let isSecond = before.map { $0.number > 0 && $0.trained == nil && $0.rung == last.rung } ?? false
    return isSecond
      ? .finish(.nothingToLabel) : .begin(generation: last.number + 1, rung: rung(after: last, done))
  }

  private func rung(after last: Generation, _ done: [Generation]) -> Int {
    guard last.rung + 1 < rungs.count, let most = rungs[last.rung] else { return last.rung }
    return done.count(where: { $0.number > 0 && $0.rung == last.rung }) >= most ? last.rung + 1 : last.rung
  }
}
