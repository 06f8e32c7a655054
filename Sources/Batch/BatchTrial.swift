import Basics
public import SweepModel
public import Transport

/// What would be submitted for a pool, shown or tested; nothing is submitted.
public struct BatchTrial {
  private let script: BatchScript
  private let system: BatchSystem

  /// A trial of a pool.
  public init(_ pool: PoolSpec, binary: WorkerBinary, folder: String = "") {
    system = pool.request.system
    script = BatchScript(
      pool: pool, folder: folder.isEmpty ? pool.login.workFolder : folder, session: "test",
      binary: binary)
  }

  /// The command line, what it reads and the script, as a person reads them.
  public var text: String {
    let count = script.pool.request.count
    let command = script.submission(count).map(quoted).joined(separator: " ")
    let input = script.input(count)
    let file = system.needsFile ? "cat >\(quoted(script.file)) <<'EOF'\n\(script.text)EOF\n" : ""
    return file + command + (input.isEmpty ? " </dev/null" : " <<'EOF'\n\(input)EOF")
  }

  /// Has the system test it on the login host; blocks for at most about `timeoutSeconds`.
  public func check(_ login: HostTransport, timeoutSeconds: Double) -> [HostReport.Check] {
    do throws(LinkFailure) {
      let found = try system.test.isEmpty ? ask(login, timeoutSeconds) : test(login, timeoutSeconds)
      guard found.status == .ok, let untried = system.untried else { return [found] }
      return [
        found,
        .init(
          "\(system.name) support", .warning, untried, remedy: "look at the script: --script"),
      ]
    } catch {
      return [.init(system.name, .failure, error.message, remedy: error.remedy)]
    }
  }

  private func test(
    _ login: HostTransport, _ timeoutSeconds: Double
  ) throws(LinkFailure) -> HostReport.Check {
    let count = min(system.most, script.pool.request.count)
    let command = HostCommand(
      script.submission(count, isTest: true), input: script.input(count))
    let answer = try login.run(command, timeoutSeconds: timeoutSeconds)
    guard answer.status == 0 else { return refused(answer.output) }
    let said = answer.output.split(separator: "\n").last.map(String.init) ?? "it would be taken"
    return .init(system.name, .ok, printable(said))
  }

  /// Where nothing can be tested, whether the commands answer at all.
  private func ask(
    _ login: HostTransport, _ timeoutSeconds: Double
  ) throws(LinkFailure) -> HostReport.Check {
    let command = script.search ?? script.question(about: [])
    let answer = try login.run(HostCommand(command), timeoutSeconds: timeoutSeconds)
    guard answer.status == 0 || AnswerReader(system).saysNone(answer.output) else {
      return refused(answer.output)
    }
    return .init(
      system.name, .ok, "\(command[0]) answers; \(system.title) tests no submission beforehand")
  }

  private func refused(_ output: String) -> HostReport.Check {
    let (sentence, saying) = system.refusal(output)
    // A run asks again.
    return .init(
      system.name, saying.isSilence ? .warning : .failure,
      String(sentence.dropLast("; \(saying.meaning)".count)), remedy: saying.meaning)
  }
}
