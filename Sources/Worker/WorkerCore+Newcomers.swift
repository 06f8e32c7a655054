import Wire

// Links beside the one that is served: a connection that broke unnoticed and was made anew, the
// same machine under two names, a copy of the store. None of them may take a worker away from a
// coordinator that lives.

/// A link that came while another one was served.
struct Newcomer: Sendable {
  let link: Int
  /// Until when it may wait without saying whose it is, monotonic seconds.
  let namelessUntil: Double
  /// Who it is, once it has said so.
  var run: RunIdentity?
  /// How the worker shall behave once it serves it.
  var settings: Order.Settings?
}

extension WorkerCore {
  /// Links beside the one served; more are closed.
  private static let mostNewcomers = 8
  /// How long a link may wait that never says whose it is, seconds.
  private static let namelessSeconds = 30.0

  /// Serves a new link if no other is, else tells it so.
  mutating func meet(_ link: Int, at now: Double, _ out: inout [WorkerEffect]) {
    guard !isEnding else { return out.append(.close(link)) }
    guard served != nil || !newcomers.isEmpty else {
      return welcome(link, of: nil, at: now, &out)
    }
    guard newcomers.count < Self.mostNewcomers else { return out.append(.close(link)) }
    newcomers.append(Newcomer(link: link, namelessUntil: now + Self.namelessSeconds))
    let occupation = Report.Occupation(instance: instance, run: servedRun)
    out.append(.send(link, .occupied(occupation)))
  }

  /// Whatever else it wants, it does not give orders.
  mutating func note(_ order: Order, ofNewcomer link: Int) {
    guard let index = newcomers.firstIndex(where: { $0.link == link }) else { return }
    switch order {
    case .hello(let settings): newcomers[index].settings = settings
    case .run(let run): newcomers[index].run = run
    case .start, .checkpointPart, .stop, .acknowledge, .shutdown, .heartbeat: break
    }
  }

  /// Ends links that never say whose they are.
  mutating func forgetNameless(at now: Double, _ out: inout [WorkerEffect]) {
    for index in newcomers.indices.reversed()
    where newcomers[index].run == nil && now >= newcomers[index].namelessUntil {
      out.append(.close(newcomers.remove(at: index).link))
    }
  }

  /// When a newcomer that has said whose it is may be served: at once where the place is free, else,
  /// for the same run's new link, when the old one has missed three signs of life.
  func seatDue(_ newcomer: Newcomer) -> Double {
    guard served != nil else { return -.infinity }
    guard newcomer.run?.store == servedRun?.store, !isRetiring else { return .infinity }
    return heardAt + max(3, 3 * settings.heartbeatSeconds)
  }

  /// Gives the place to whoever waits for it. One that is taken has to be left first: what came on
  /// its link is obeyed before anybody is told what this worker holds.
  mutating func seatNewcomer(at now: Double, _ out: inout [WorkerEffect]) {
    let next = newcomers.firstIndex { $0.run != nil && now >= seatDue($0) }
    guard let next else { return }
    if let served { return retire(served, &out) }
    let newcomer = newcomers.remove(at: next)
    if let settings = newcomer.settings { self.settings = settings }
    welcome(newcomer.link, of: newcomer.run, at: now, &out)
  }
}
