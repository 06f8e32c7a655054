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

  /// The last answer that says no, of commands that call off; nil where none does.
  @discardableResult
  func cancel(_ pilots: [PilotName]) -> HostCommand.Answer? {
    script.cancellation(pilots).reduce(nil) { failure, command in
      call(command, "").flatMap { $0.status == 0 ? nil : $0 } ?? failure
    }
  }

  /// The answer to the command that calls all off, or to the last that says no; nil where none does.
  func cancelAll(_ pilots: [PilotName]) -> HostCommand.Answer? {
    script.cancellationOfAll.map { call($0, "") } ?? cancel(pilots)
  }

  /// Allocations of whatever pool that may be alive; nil where the system does not tell.
  func othersAlive() -> Set<PilotName>? {
    guard let question = script.questionAboutAll, let answer = call(question, ""),
      answer.status == 0
    else { return nil }
    return Set(AnswerReader(system).entries(answer.output).filter { !$0.phase.isEnd }.map(\.pilot))
  }
}
