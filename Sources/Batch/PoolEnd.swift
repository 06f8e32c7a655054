public import SweepModel
public import Transport

/// Calls off what a batch system has for a store's pool where no run does: the one that asked for it was
/// killed.
public struct PoolEnd {
  private let pool: PoolSpec
  private let binary: WorkerBinary
  private let session: String
  private let timeoutSeconds: Double

  /// Creates it.
  ///
  /// - Parameters:
  ///   - session: The identity of the store, as hosts know it.
  ///   - timeoutSeconds: How long one call may take.
  public init(_ pool: PoolSpec, binary: WorkerBinary, session: String, timeoutSeconds: Double) {
    self.pool = pool
    self.binary = binary
    self.session = session
    self.timeoutSeconds = timeoutSeconds
  }

  /// How many allocations that waited or ran were called off; blocks for some calls. Throws where the login
  /// host cannot be reached, or the system does not answer or says no.
  public func callOff() throws(LinkFailure) -> Int {
    let login = HostTransport(login: pool.login)
    let folder = try login.run(HostCommand(["true"]), timeoutSeconds: timeoutSeconds).folder
    let script = BatchScript(pool: pool, folder: folder, session: session, binary: binary)
    var failure: LinkFailure?
    let calls = PoolCalls(script: script) { arguments, input in
      do throws(LinkFailure) {
        return try login.run(
          HostCommand(arguments, input: input), timeoutSeconds: timeoutSeconds)
      } catch {
        failure = error
        return nil
      }
    } unheard: {
      failure = refusal($0, named: script.name)
    }
    guard let alive = calls.aliveOnes() else { throw failure ?? refusal(nil, named: script.name) }
    let isOneCall = script.cancellationOfAll != nil
    switch alive.isEmpty ? .done : isOneCall ? calls.cancelAll(alive) : calls.cancel(alive) {
    case .done: break
    case .refused(let answer): throw refusal(answer, named: script.name)
    case .unheard: throw failure ?? refusal(nil, named: script.name)
    }
    PilotRemains(script: script, login: login, timeoutSeconds: timeoutSeconds).removeScripts()
    return alive.count
  }

  private func refusal(_ answer: HostCommand.Answer?, named name: String) -> LinkFailure {
    let system = pool.request.system
    // Nobody asks again by itself.
    let words =
      answer.map { system.refusal($0.output).sentence.split(separator: ";")[0] }
      ?? "\(system.title) says nothing"
    return LinkFailure(
      .worker, "\(pool.name): \(words)",
      remedy:
        "run this again once it answers, or call off by hand what is called \(name); allocations end "
        + "by themselves once they have nothing to do")
  }
}
