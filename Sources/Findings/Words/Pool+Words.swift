import Basics
import Store
package import SweepModel

extension RunStatus.Pool {
  /// How it stands: `gpu: 3 running, 12 waiting (Priority), 4 calls of Slurm`.
  package var line: String {
    var parts = ["\(running) running"]
    if beginning > 0 { parts.append("\(beginning) beginning") }
    let why = reasons.map(\.words).joined(separator: ", ")
    parts.append("\(waiting) waiting" + (why.isEmpty ? "" : " (\(why))"))
    parts.append("\(counted(calls, "call")) of \(system)")
    return "\(name): " + parts.joined(separator: ", ") + (trouble.map { "; \($0)" } ?? "")
  }

  /// What a job that waits should know of it; nil where nothing of it keeps jobs waiting.
  package var hindrance: String? {
    var parts: [String] = []
    if waiting > 0 { parts.append(waits) }
    if beginning > 0 {
      parts.append(
        "\(counted(beginning, "allocation")) \(beginning == 1 ? "runs" : "run") whose worker has not come "
          + "yet")
    }
    if let trouble {
      parts.append(trouble)
    } else if parts.isEmpty, running == 0 {
      parts.append("nothing has been asked for yet")
    }
    return parts.isEmpty ? nil : "\(name): " + parts.joined(separator: "; ")
  }

  private var waits: String {
    let told = reasons.reduce(0) { $0 + $1.count }
    let texts = reasons.map { reason in
      let count = reason.count == waiting ? "" : "\(reason.count) for "
      return count + "\(reason.words), \(reason.means ?? "which is their turn")"
    }
    let rest = told < waiting && told > 0 ? ["\(waiting - told) for other reasons"] : []
    let all = (texts + rest).joined(separator: "; ")
    return "\(counted(waiting, "allocation")) \(waiting == 1 ? "waits" : "wait")"
      + (all.isEmpty ? ", \(system) has not said why" : " as \(system) says: \(all)")
  }

  /// Why no more come for now.
  private var trouble: String? {
    if let settled { return "no more are asked for: \(settled)" }
    let until = asksAt.map { "it asks again at \(describeLocalTime($0))" }
    guard let refusal else { return nil }
    return refusal + (until.map { "; \($0)" } ?? "")
  }
}
