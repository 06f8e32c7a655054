import Foundation

/// A sweep of programs that stop at gates: where its jobs are depends on nothing but which gates a test has
/// opened.
///
/// Each job has three steps, before each of which it waits at a gate, and goes on from what it has kept.
struct GatedSweep {
  /// A try of a job that has come to a gate.
  struct Visit: Hashable {
    let width: Int
    let attempt: Int
  }

  private let folder: String
  private let jobs: Int

  /// A sweep of so many jobs, whose gates are files in a sandbox; all are closed.
  init(_ sandbox: Sandbox, jobs: Int) throws {
    folder = sandbox.folder + "/gates"
    self.jobs = jobs
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// The sweep's file.
  var text: String {
    """
    name: trial
    shell: true
    run: |
      step=$(cat "$QUANTA_CHECKPOINT_DIR/step" 2>/dev/null || echo 0)
      while [ $step -lt 3 ]; do
        : >"\(folder)/at-$step-{width}-$QUANTA_ATTEMPT"
        until [ -e "\(folder)/$step" ]; do sleep 0.1; done
        step=$((step + 1))
        printf '{"step": %d, "loss": %d.5}\\n' $step $(({width} - step)) >>"$QUANTA_METRICS"
        echo $step >"$QUANTA_CHECKPOINT_DIR/new"
        mv "$QUANTA_CHECKPOINT_DIR/new" "$QUANTA_CHECKPOINT_DIR/step"
      done
    metrics: loss
    grid: {width: {range: [10, \(10 + jobs)]}}

    """
  }

  /// Lets jobs pass gates, of 0, 1 and 2.
  func open(_ gates: Int...) {
    for gate in gates {
      _ = FileManager.default.createFile(atPath: "\(folder)/\(gate)", contents: nil)
    }
  }

  /// Forgets who was there, and closes every gate.
  func reset() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// All tries that have come to a gate.
  func visits(_ gate: Int) -> Set<Visit> {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return Set(
      names.filter { $0.hasPrefix("at-\(gate)-") }.compactMap { name in
        let numbers = name.split(separator: "-").compactMap { Int($0) }
        return numbers.count == 3 ? Visit(width: numbers[1], attempt: numbers[2]) : nil
      })
  }
}
