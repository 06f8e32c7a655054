import Analysis
import SweepModel
import Testing

struct EmergenceMatrixTests {
  static let subtasks = Curve(
    name: "loss.subtasks", steps: [1, 2, 3], columns: 2, values: [1, 1, 0.25, 1, 0.5, 0.75])
  static let mean = Curve(name: "loss", steps: [1, 2, 3], values: [1, 0.5, 0.6])

  private func curve(_ key: JobKey, _ name: String) -> Curve? {
    name == "loss" ? Self.mean : name == "loss.subtasks" ? Self.subtasks : nil
  }

  @Test
  func parameters_seeds_takeMeansOfLastRows() throws {
    let matrix = try EmergenceMatrix(
      of: .init(parts: "loss.subtasks", mean: "loss"), axis: "parameters",
      records: SyntheticSweep.records(widths: [20, 10]), curve: curve)
    #expect(matrix.axisValues == [6000, 12_000])
    #expect(matrix.subtasks == 2)
    #expect(matrix.losses == [0.5, 0.5, 0.75, 0.75])
  }

  @Test
  func emerging_manyUnlearnedSubtasks_keepsTwiceTheRarestLearned() {
    var losses = [Float](repeating: 1, count: 200)
    losses[2 * 14 + 1] = 0.4
    let matrix = EmergenceMatrix(
      axis: "step", axisValues: [1, 2], subtasks: 100, losses: losses)
    #expect(matrix.emerging.subtasks == 30, "subtask 15 is the rarest below half a bit")
    #expect(matrix.emerging[14, 1] == 0.4)
    losses[2 * 14 + 1] = 1
    let flat = EmergenceMatrix(axis: "step", axisValues: [1, 2], subtasks: 100, losses: losses)
    #expect(flat.emerging.subtasks == 20)
  }

  @Test
  func samples_overfittedRuns_takeTheRowOfLeastMeanLoss() throws {
    let records = SyntheticSweep.records(widths: [10], seeds: 1)
    let matrix = try EmergenceMatrix(
      of: .init(parts: "loss.subtasks", mean: "loss"), axis: "samples", records: records,
      curve: curve)
    #expect(matrix.losses == [0.25, 1])
  }

  @Test
  func step_severalSizes_takesTheLargest() throws {
    let matrix = try EmergenceMatrix(
      of: .init(parts: "loss.subtasks", mean: "loss"), axis: "step",
      records: SyntheticSweep.records(),
      curve: { key, name in key >= SyntheticSweep.key(12) ? self.curve(key, name) : nil })
    #expect(matrix.axisValues == [1, 2, 3])
    #expect(matrix.losses == [1, 0.25, 0.5, 1, 1, 0.75])
  }

  @Test
  func parameters_otherAxisVaries_isRefusedByName() {
    let records = SyntheticSweep.records() + SyntheticSweep.records(alpha: 0.7, first: 90)
    #expect(throws: AnalysisError.mixedGrid(axis: "parameters", parameter: "alpha")) {
      try EmergenceMatrix(
        of: .init(parts: "loss.subtasks", mean: "loss"), axis: "parameters", records: records,
        curve: curve)
    }
  }

  @Test
  func curves_absent_areRefused() {
    #expect(throws: AnalysisError.unknownCurve(name: "loss.subtasks")) {
      try EmergenceMatrix(
        of: .init(parts: "loss.subtasks", mean: "loss"), axis: "step",
        records: SyntheticSweep.records(), curve: { _, _ in nil })
    }
  }
}
