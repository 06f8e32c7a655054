import Foundation

/// What is left of a grid of forty runs of Sacred's of which seven were killed in the middle and three have
/// half an `info.json`: thirty can be adopted.
enum SacredGrid {
  /// Runs that were killed, by their places in the grid.
  static let killed = Array(11..<18)
  /// Runs whose last file was cut off.
  private static let truncated = [3, 20, 39]

  /// Writes `runs/1` to `runs/40` in a sandbox as Sacred does, none of them cut off yet.
  static func write(to sandbox: Sandbox) async throws {
    for number in 0..<40 {
      let isKilled = killed.contains(number)
      let width = 10 + number / 4
      let folder = "runs/\(number + 1)"
      _ = await sandbox.shell("mkdir -p \(folder)")
      try sandbox.write(
        "\(folder)/config.json", "{\"width\": \(width), \"seed\": \(number % 4), \"lr\": 1e-3}")
      try sandbox.write(
        "\(folder)/run.json",
        "{\"status\": \"\(isKilled ? "RUNNING" : "COMPLETED")\", "
          + "\"heartbeat\": \"2026-01-01T00:00:00.000001\"}")
      let losses = isKilled ? "[1.5]" : "[1.5, 0.\(width)]"
      try sandbox.write(
        "\(folder)/info.json",
        "{\"log_steps\": \(isKilled ? "[0]" : "[0, 10]"), \"losses\": \(losses)}")
    }
  }

  /// Cuts the last files of three runs off.
  static func truncate(in sandbox: Sandbox) throws {
    for number in truncated {
      let name = "runs/\(number + 1)/info.json"
      try sandbox.write(name, String(sandbox.text(of: name).dropLast(12)))
    }
  }
}
