import Foundation
import LabSupport
import Testing

/// A grid of forty runs of which seven were killed in the middle and three have half an `info.json`: thirty
/// are adopted, ten are named, and a run makes exactly those.
@Suite(.timeLimit(.minutes(10))) struct ImportGridTests {
  @Test func sacredGrid_writtenAsSacredDoes_isCompleted() async throws {
    try await Sandbox.with { sandbox in
      try await SacredGrid.write(to: sandbox)
      try await complete(sandbox)
    }
  }

  /// The same by the library itself: a process for each task of an array, some of which are killed.
  @Test(.enabled(if: Self.hasSacred, "needs sacred from PyPI in .venv, see scripts/setup --tests"))
  func sacredGrid_writtenBySacred_isCompleted() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("tasks.py", Self.array)
      let killed = SacredGrid.killed.map(String.init).joined(separator: ",")
      let made = await sandbox.shell("HOME=$PWD \(Self.python) tasks.py runs \(killed)")
      #expect(made.status == 0, "\(made.output)")
      try await complete(sandbox)
    }
  }

  private static let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") {
    $0 += "/" + $1
  }
  private static let python = "\(root)/.venv/bin/python"
  private static var hasSacred: Bool {
    let files = FileManager.default
    let versions = (try? files.contentsOfDirectory(atPath: "\(root)/.venv/lib")) ?? []
    return versions.contains {
      files.fileExists(atPath: "\(root)/.venv/lib/\($0)/site-packages/sacred")
    }
  }

  /// What `eval.py $SLURM_ARRAY_TASK_ID` and the script that it starts do, a fork for each task.
  private static let array = """
    import os, signal, sys
    from itertools import product
    from sacred import Experiment
    from sacred.observers import FileStorageObserver

    folder, killed = sys.argv[1], set(map(int, sys.argv[2].split(",")))
    tasks = list(product(range(10, 20), range(4)))
    for task, (width, seed) in enumerate(tasks):
        child = os.fork()
        if child == 0:
            experiment = Experiment("grid", save_git_info=False)
            experiment.observers.append(FileStorageObserver(folder))
            experiment.add_config(width=8, lr=1e-3)

            @experiment.main
            def main(_run, width):
                _run.info["log_steps"], _run.info["losses"] = [0], [1.5]
                if task in killed:
                    _run._emit_heartbeat()
                    os.kill(os.getpid(), signal.SIGKILL)
                _run.info["log_steps"].append(10)
                _run.info["losses"].append(float("0.%d" % width))

            experiment.run(config_updates={"width": width, "seed": seed})
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) != (task in killed):
            sys.exit("task %d ended with %d" % (task, status))
    """

  private static let grid = """
    name: grid
    run: [sh, -c, 'echo made >> "$1"; echo "loss=0.$0"', '{width}', MADE]
    metrics: {required: loss, output: 'loss=(?<loss>\\S+)'}
    settings: {lr: 0.001}
    grid: {width: {range: [10, 20]}, seed: [0, 1, 2, 3]}
    fits: {c: {x: width, y: loss.final}}
    """

  private func complete(_ sandbox: Sandbox) async throws {
    try SacredGrid.truncate(in: sandbox)
    let grid = Self.grid.replacingOccurrences(of: "MADE", with: "\(sandbox.folder)/made")
    try sandbox.write("grid.yaml", grid)
    try sandbox.write("map.yaml", "metrics: {loss: {values: losses, steps: log_steps}}")
    let arguments = ["import", "runs", "--into", "grid.yaml", "--map", "map.yaml"]
    let imported = await sandbox.quanta(arguments + ["--json"])
    let object = try? JSONSerialization.jsonObject(with: Data(imported.output.utf8))
    let document = try #require(object as? [String: Any], "\(imported.output)")
    let counts = try #require(document["counts"] as? [String: Int])
    #expect(imported.status == 1)
    #expect(
      counts["found"] == 40 && counts["adopted"] == 30 && counts["refused"] == 10, "\(counts)")
    #expect(counts["missing"] == 10)
    let runs = try #require(document["runs"] as? [[String: Any]])
    let reasons = runs.compactMap { $0["reason"] as? String }
    #expect(reasons.count { $0.contains("it was killed") || $0.contains("it still runs") } == 7)
    #expect(reasons.count { $0.contains("info.json") } == 3, "\(reasons)")

    let run = await sandbox.quanta("run", "grid.yaml")
    #expect(run.status == 0 && run.output.contains("40 jobs, 30 already done"), "\(run.output)")
    #expect(sandbox.text(of: "made").split(separator: "\n").count == 10)
    let again = await sandbox.quanta(arguments)
    #expect(again.status == 0, "\(again.output)")
    #expect(again.output.contains("30 results the store had already"), "\(again.output)")
  }
}
