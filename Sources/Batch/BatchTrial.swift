import Basics
public import SweepModel
public import Transport

/// What would be submitted for a pool, shown or tested; nothing is submitted.
public struct BatchTrial {
  private let script: BatchScript
  private let system: BatchSystem
  private let budget: CallBudget

  /// A trial of a pool.
  public init(_ pool: PoolSpec, binary: WorkerBinary, folder: String = "") {
    system = pool.request.system
    budget = CallBudget(of: system.title, perMinute: pool.request.callsPerMinute)
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
    let home =
      script.folder.hasPrefix("~")
      ? "# ~ stands for the home on the login host: write its path, no shell reads quoted words\n"
      : ""
    return home + file + command + (input.isEmpty ? " </dev/null" : " <<'EOF'\n\(input)EOF")
  }

  /// Has the system test it on the login host; blocks for at most about `timeoutSeconds` a command.
  public func check(_ login: HostTransport, timeoutSeconds: Double) -> [HostReport.Check] {
    do throws(LinkFailure) {
      if let lack = try lack(login, timeoutSeconds) { return [lack] }
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

  /// What the system tells of the site's limits, who reaches whom, and how often it was called, the test
  /// included; blocks for at most about `timeoutSeconds` a command.
  public func look(_ login: HostTransport, timeoutSeconds: Double) -> [HostReport.Check] {
    var checks: [HostReport.Check] = []
    if !system.origin.isEmpty {
      checks.append(
        .init("\(system.name) file", .ok, "\(system.origin), which is yours, says how to ask"))
    }
    do throws(LinkFailure) {
      checks += PoolLimits(pool: script.pool, site: try limits(login, timeoutSeconds)).checks
      checks.append(try ways(login, timeoutSeconds))
    } catch {
      checks.append(.init("limits", .warning, error.message, remedy: error.remedy))
    }
    return checks + [.init("calls", .ok, budget.words)]
  }

  private func limits(
    _ login: HostTransport, _ timeoutSeconds: Double
  ) throws(LinkFailure) -> SiteLimits {
    var site = SiteLimits()
    guard !system.limits.isEmpty else { return site }
    // No command of the system's.
    let user = try login.run(HostCommand(["id", "-un"]), timeoutSeconds: timeoutSeconds)
    let name = user.output.split(separator: "\n").last.map(String.init) ?? ""
    for inquiry in system.limits {
      guard let command = script.inquiry(inquiry, user: name),
        let answer = try call(command, "", login, timeoutSeconds), answer.status == 0
      else { continue }
      site.read(answer.output, of: inquiry, keys: system.terms.map(\.name))
    }
    return site
  }

  private func ways(
    _ login: HostTransport, _ timeoutSeconds: Double
  ) throws(LinkFailure) -> HostReport.Check {
    let program = PoolWays(pool: script.pool, folder: "").attaching ?? "true"
    let answer = try login.run(
      HostCommand(["/bin/sh", "-c", "command -v \"$1\" >/dev/null", "sh", program]),
      timeoutSeconds: timeoutSeconds)
    return PoolWays(pool: script.pool, folder: printable(answer.folder))
      .check(canAttach: answer.status == 0)
  }

  /// Commands that a person's own file names and the login host lacks.
  private func lack(
    _ login: HostTransport, _ timeoutSeconds: Double
  ) throws(LinkFailure) -> HostReport.Check? {
    guard !system.origin.isEmpty else { return nil }
    let commands = [system.submit, system.find, system.status, system.cancel, system.cancelAll]
    let programs = Set(commands.compactMap(\.first)).sorted()
    let answer = try login.run(
      HostCommand(
        ["/bin/sh", "-c", "for p; do command -v \"$p\" >/dev/null || echo \"$p\"; done", "sh"]
          + programs), timeoutSeconds: timeoutSeconds)
    let missing = answer.output.split(separator: "\n").map(String.init).filter(programs.contains)
    guard !missing.isEmpty else { return nil }
    return .init(
      system.name, .failure, "the login host has no \(missing.joined(separator: ", "))",
      remedy:
        "mend the name in \(system.origin), or load what has it in a start-up file that is read "
        + "without a terminal")
  }

  private func test(
    _ login: HostTransport, _ timeoutSeconds: Double
  ) throws(LinkFailure) -> HostReport.Check {
    let count = min(system.most, script.pool.request.count)
    let answer = try call(
      script.submission(count, isTest: true), script.input(count), login, timeoutSeconds)
    guard let answer else { return tooMany }
    guard answer.status == 0 else {
      let words = system.refusal(answer.output)
      if words.saying.lacksNodes,
        let away = PoolLimits(pool: script.pool, site: try limits(login, timeoutSeconds)).away
      {
        return .init(
          system.name, .warning,
          "\(away), says \(system.title): no other node has what is asked for",
          remedy: "allocations wait until they are back")
      }
      return refused(answer.output)
    }
    let said = answer.output.split(separator: "\n").last.map(String.init) ?? "it would be taken"
    return .init(system.name, .ok, printable(said))
  }

  /// Where nothing can be tested, whether the commands answer at all.
  private func ask(
    _ login: HostTransport, _ timeoutSeconds: Double
  ) throws(LinkFailure) -> HostReport.Check {
    let command = script.search ?? script.question(about: [])
    guard let answer = try call(command, "", login, timeoutSeconds) else { return tooMany }
    guard answer.status == 0 || AnswerReader(system).saysNone(answer.output) else {
      return refused(answer.output)
    }
    return .init(
      system.name, .ok, "\(command[0]) answers; \(system.title) tests no submission beforehand")
  }

  /// Runs one of the system's commands; nil where too many were.
  private func call(
    _ arguments: [String], _ input: String, _ login: HostTransport, _ timeoutSeconds: Double
  ) throws(LinkFailure) -> HostCommand.Answer? {
    guard budget.take(arguments[0]) else { return nil }
    return try login.run(HostCommand(arguments, input: input), timeoutSeconds: timeoutSeconds)
  }

  private var tooMany: HostReport.Check {
    .init(system.name, .warning, "it was called as often as `calls` allows", remedy: "try later")
  }

  private func refused(_ output: String) -> HostReport.Check {
    let (sentence, saying) = system.refusal(output)
    // A run asks again.
    return .init(
      system.name, saying.isSilence ? .warning : .failure,
      String(sentence.dropLast("; \(saying.meaning)".count)), remedy: saying.meaning)
  }
}
