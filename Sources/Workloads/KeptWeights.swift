import Basics
import SweepModel
import Training

/// The weights that a job has kept so far, for its result and its checkpoints.
struct KeptWeights {
  private let workload: String
  /// The steps to come, ascending; the last one is the job's.
  private let steps: [Int]
  /// What is there.
  private(set) var snapshots: [WeightSnapshot] = []

  /// Nothing yet.
  init(_ rule: WeightRule, workload: String, steps: Int) {
    self.workload = workload
    self.steps = Self.steps(rule, of: steps)
  }

  /// The steps of a rule in a job of so many, ascending.
  static func steps(_ rule: WeightRule, of steps: Int) -> [Int] {
    switch rule.points {
    case .final: [steps]
    case .spaced(let count):
      [0] + LogSchedule(interval: 1, steps: steps, detailedPoints: count).detailedSteps
    case .steps(let list): list.filter { $0 < steps } + [steps]
    }
  }

  /// Keeps the weights if the step is one of those, and the last one anyway; each step once.
  mutating func take(_ core: some TrainingCore, step: Int, isLast: Bool = false) {
    guard isLast || contains(step), snapshots.last?.step != step else { return }
    let file = Safetensors(
      core.tensors, metadata: ["format": "pt", "step": "\(step)", "workload": workload])
    snapshots.append(WeightSnapshot(step: step, content: file.bytes))
  }

  private func contains(_ step: Int) -> Bool {
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle] < step { low = middle + 1 } else { high = middle }
    }
    return low < steps.count && steps[low] == step
  }

  /// Forgets everything.
  mutating func clear() { snapshots = [] }

  /// Appends what is there to a checkpoint.
  func write(to writer: inout ByteWriter) {
    writer.write(snapshots.count)
    for snapshot in snapshots {
      let content = snapshot.content ?? []
      writer.write(snapshot.step)
      writer.write(content.count)
      writer.write { $0 += content }
    }
  }

  /// Takes up what a checkpoint after `step` steps holds.
  mutating func read(from reader: inout ByteReader, step: Int) throws(ByteDamage) {
    let expected = steps.filter { $0 <= step }
    let count = try reader.integer()
    guard count == expected.count else {
      throw reader.damage("it holds \(count) sets of weights where \(expected.count) were kept")
    }
    snapshots = []
    for expected in expected {
      guard try reader.integer() == expected else {
        throw reader.damage("its weights are not those after step \(expected)")
      }
      let content = Array(try reader.take(try reader.integer()))
      do throws(ByteDamage) {
        try Safetensors.check(content)
      } catch {
        throw reader.damage("its weights after step \(expected) cannot be read (\(error))")
      }
      snapshots.append(WeightSnapshot(step: expected, content: content))
    }
  }
}
