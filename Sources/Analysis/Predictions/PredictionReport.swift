public import Fitting
import SweepModel

/// What fits say of places: values with intervals, and how far from the data they are.
public struct PredictionReport: Hashable, Sendable {
  /// The fits.
  public let fit: FitReport
  /// For every group and place, groups first.
  public let entries: [Entry]

  /// One place for one group.
  public struct Entry: Hashable, Sendable {
    /// The number of the group among the fit's, from 0.
    public let index: Int
    /// The group.
    public let group: FitGroup
    /// What was asked.
    public let place: AskedPlace
    /// What came out.
    public let outcome: Outcome
  }

  /// What came out of a place.
  public enum Outcome: Hashable, Sendable {
    /// The metric there.
    case predicted(Prediction)
    /// The best inputs for a budget, and the metric there.
    case optimal(ComputeOptimum)
    /// Nothing, and why, in full sentences.
    case refused(String)
  }

  /// Predicts.
  ///
  /// - Throws: ``AskedPlaceError`` when a place does not suit the fit.
  public init(_ fit: FitReport, at places: [AskedPlace]) throws(AskedPlaceError) {
    self.fit = fit
    var entries: [Entry] = []
    for (index, group) in fit.groups.enumerated() {
      for place in places {
        let meaning = try place.meaning(for: fit.request)
        entries.append(
          Entry(
            index: index, group: group, place: place, outcome: Self.outcome(group, meaning)))
      }
    }
    self.entries = entries
  }

  /// True where every place of every group was predicted.
  public var isWhole: Bool {
    entries.allSatisfy { entry in
      switch entry.outcome {
      case .predicted(let prediction): prediction.isDetermined
      case .optimal(let optimum): optimum.prediction.isDetermined
      case .refused: false
      }
    }
  }

  /// The fits for figures that reach out to the places.
  public var drawable: FitReport {
    var report = fit
    report.asked = fit.groups.map { _ in [] }
    for entry in entries {
      if let prediction = entry.outcome.prediction { report.asked[entry.index].append(prediction) }
    }
    return report
  }

  private static func outcome(_ group: FitGroup, _ meaning: AskedPlace.Meaning) -> Outcome {
    guard let fit = group.fit else {
      if case .refused(let reason) = group.outcome { return .refused("There is no fit. \(reason)") }
      return .refused("There is no fit.")
    }
    switch meaning {
    case .inputs(let inputs):
      let prediction = fit.predict(at: [inputs], points: group.points)[0]
      return prediction.value.isFinite
        ? .predicted(prediction)
        : .refused("The fitted curve has no value there: the form ends before.")
    case .optimum(let budget):
      return fit.optimum(budget: budget, points: group.points).map(Outcome.optimal)
        ?? .refused("The fitted exponents have no least value at a fixed budget.")
    }
  }
}

extension PredictionReport.Outcome {
  /// The metric; nil where refused.
  public var prediction: Prediction? {
    switch self {
    case .predicted(let prediction): prediction
    case .optimal(let optimum): optimum.prediction
    case .refused: nil
    }
  }
}
