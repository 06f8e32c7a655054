import SweepModel
import Transport

/// The questions that a pool asks its batch system, and how allocations are called off.
struct PoolCalls {
  let script: BatchScript
  /// Runs one of the system's commands with an input; nil when it could not be run.
  let call: ([String], String) -> HostCommand.Answer?
  /// Hears an answer that tells nothing of the state.
  var unheard: (HostCommand.Answer) -> Void = { _ in }

  private var system: BatchSystem { script.pool.request.system }

  /// What the system tells of the pool's allocations; nil when it does not answer.
  func entries() -> [QueueEntry]? {
    let reader = AnswerReader(system, for: script)
    var found: [String] = []
    if let search = script.search {
      guard let answer = ask(search, reader) else { return nil }
      found = answer.status == 0 ? reader.found(answer.output) : []
      if found.isEmpty { return [] }
    }
    return ask(script.question(about: found), reader).map { reader.entries($0.output) }
  }

  /// The answer to a question; nil where the system gives none, or says something else.
  private func ask(_ command: [String], _ reader: AnswerReader) -> HostCommand.Answer? {
    guard let answer = call(command, "") else { return nil }
    if answer.status == 0 || reader.saysNone(answer.output) { return answer }
    unheard(answer)
    return nil
  }

  /// What came of calling off.
  enum Ending {
    /// There is none of them any more, or soon.
    case done
    /// It says no.
    case refused(HostCommand.Answer)
    /// It could not be asked.
    case unheard

    var isDone: Bool { if case .done = self { true } else { false } }
  }

  /// Calls some off; the worst that came of it.
  func cancel(_ pilots: [PilotName]) -> Ending { end(script.cancellation(pilots)) }

  /// Calls all off that the system has of the pool. Where each is named, these are those of which it tells;
  /// where it tells of none or does not answer, those that are `known`.
  func cancelAll(_ known: [PilotName]) -> Ending {
    if let command = script.cancellationOfAll { return end([command]) }
    let alive = aliveOnes()
    let pilots = alive.flatMap { $0.isEmpty ? nil : $0 } ?? known
    guard pilots.isEmpty else { return cancel(pilots) }
    return alive == nil ? .unheard : .done
  }

  /// Those of which the system tells that are not over; nil where it does not answer.
  func aliveOnes() -> [PilotName]? { entries()?.filter { !$0.phase.isEnd }.map(\.pilot) }

  private func end(_ commands: [[String]]) -> Ending {
    let reader = AnswerReader(system)
    return commands.reduce(.done) { worst, command in
      guard let answer = call(command, "") else { return .unheard }
      // Of several it may say of one that it is over, and no to another.
      let lines = answer.output.split(separator: "\n").map(String.init)
      let areOver = !lines.isEmpty && lines.allSatisfy(reader.saysNone)
      return answer.status == 0 || areOver ? worst : .refused(answer)
    }
  }

  /// Allocations of whatever pool that may be alive; nil where the system does not tell.
  func othersAlive() -> Set<PilotName>? {
    guard let question = script.questionAboutAll, let answer = call(question, ""),
      answer.status == 0
    else { return nil }
    return Set(AnswerReader(system).entries(answer.output).filter { !$0.phase.isEnd }.map(\.pilot))
  }
}
