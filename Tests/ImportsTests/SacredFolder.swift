import Foundation

/// A folder as Sacred's FileStorageObserver writes it, with a script's lists in `info.json`.
struct SacredFolder {
  /// How a run ended.
  enum Ending {
    case completed
    /// The process was killed, with a heartbeat of then.
    case killed
    /// The last file was cut off.
    case truncated
  }

  let path: String

  /// Writes a run of some size and seed; loss is 1/size at the end.
  func write(_ number: Int, size: Int, seed: Int, _ ending: Ending = .completed) throws {
    let folder = "\(path)/\(number)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    func write(_ name: String, _ text: String) throws {
      try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    let isKilled = ending == .killed
    try write(
      "run.json",
      """
      {"command": "run", "experiment": {"name": "parity", "dependencies": ["numpy==2.1.0",
      "sacred==0.8.7"]}, "host": {"hostname": "node091"}, "heartbeat": "2026-01-01T00:00:30.000001",
      "meta": {"config_updates": {"size": \(size), "seed": \(seed)}},
      "start_time": "2026-01-01T00:00:00.000001", "result": {"py/object": "torch.nn.Module", "b": "AAAA"},
      "status": "\(isKilled ? "RUNNING" : "COMPLETED")"\(isKilled ? "" : """
      , "stop_time": "2026-01-01T00:01:00.000001"
      """)}
      """)
    try write(
      "config.json", "{\"size\": \(size).0, \"seed\": \(seed), \"lr\": 1e-3, \"verbose\": false}")
    let info = """
      {"D": 100, "P": \(size), "log_steps": [0, 10, 100], "losses": [1.0, NaN, \(1 / Double(size))],
      "losses_subtasks": {"0": [1, 2, 3], "1": [4, 5, 6]}}
      """
    try write("info.json", ending == .truncated ? String(info.dropLast(40)) : info)
  }
}
