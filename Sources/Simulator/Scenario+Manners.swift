import Basics
import Scheduler
import SweepModel

extension Scenario {
  /// What a host does to everything that it is given.
  enum Manner: Hashable {
    case sound
    /// Its worker is killed every second or so.
    case reaped
    /// It lives so many seconds at a time.
    case shortLived(Double)
    /// Whatever it gets is lost.
    case losing
    /// The same machine as another host's.
    case duplicate(of: Int)
    /// Its peer talks nonsense.
    case nonsense

    var fault: FaultKind? {
      switch self {
      case .sound: nil
      case .reaped: .reaperHost
      case .shortLived: .shortLivedHost
      case .losing: .losingHost
      case .duplicate: .duplicateEntry
      case .nonsense: .nonsenseHost
      }
    }
  }

  /// Gives some hosts bad manners, never the first: others exist. Apart from everything else, so that
  /// a seed without them keeps its scenario.
  mutating func drawManners(seed: UInt64) {
    var random = SplitMix64(seed: seed ^ 0x6d61_6e6e)
    guard random.chance(0.4) else { return }
    let share = random.uniform(0.2, 1)
    for index in hosts.indices.dropFirst() where random.chance(share) {
      switch random.integer(0...4) {
      case 0: hosts[index].manner = .reaped
      case 1: hosts[index].manner = .shortLived(random.uniform(5, 40))
      case 2: hosts[index].manner = .losing
      case 3:
        let other = random.integer(0...index - 1)
        guard hosts[other].manner == .sound else { continue }
        hosts[index] = hosts[other]
        hosts[index].manner = .duplicate(of: other)
      default: hosts[index].manner = .nonsense
      }
    }
    mannersEnd = mayLast ? .infinity : faults.windowSeconds
  }

  /// The first host alone can do everything whatever happens, so that the others need never mend.
  private var mayLast: Bool {
    jobs.allSatisfy { hosts[0].holds($0.demand) } && !hosts[0].isBad
      && faults[.drainWorker] == 0 && faults[.hostLeft] == 0 && faults[.hostTaken] == 0
  }

  /// The machine behind an entry of the cluster file.
  func machine(of host: Int) -> Int {
    if case .duplicate(let other) = self.host(host).manner { return other }
    return host
  }

  /// A host's manners at a time.
  func manner(of host: Int, at now: Double) -> Manner {
    now < mannersEnd ? self.host(host).manner : .sound
  }
}
