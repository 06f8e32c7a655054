import Basics
public import SweepModel
public import Transport

/// What would be submitted for a pool, shown or tested; nothing is submitted.
public struct SlurmTrial {
  private let script: SlurmScript

  /// A trial of a pool.
  public init(_ pool: PoolSpec, binary: WorkerBinary, folder: String = "") {
    script = SlurmScript(
      pool: pool, folder: folder.isEmpty ? pool.login.workFolder : folder, session: "test",
      binary: binary)
  }

  /// The command line and the script, as a person reads them.
  public var text: String {
    let command = script.submission(script.pool.request.count).map(quoted)
    return command.joined(separator: " ") + " <<'EOF'\n" + script.text + "EOF"
  }

  /// Has Slurm test it on the login host; blocks for at most about `timeoutSeconds`.
  public func check(_ login: HostTransport, timeoutSeconds: Double) -> HostReport.Check {
    let largest = PilotBook.Settings(count: 0, threads: 1, seconds: 1).largestArray
    let command = script.submission(min(largest, script.pool.request.count), isTest: true)
    do throws(LinkFailure) {
      let answer = try login.run(
        HostCommand(command, input: script.text), timeoutSeconds: timeoutSeconds)
      guard answer.status == 0 else {
        let (sentence, _) = SlurmWords.refusal(answer.output)
        let parts = sentence.split(separator: ";", maxSplits: 1)
        // A run asks again.
        return .init(
          "slurm", SlurmWords.isSilence(answer.output) ? .warning : .failure, String(parts[0]),
          remedy: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
      }
      let said = answer.output.split(separator: "\n").last.map(String.init) ?? "it would be taken"
      return .init("slurm", .ok, printable(said))
    } catch {
      return .init("slurm", .failure, error.message, remedy: error.remedy)
    }
  }
}
