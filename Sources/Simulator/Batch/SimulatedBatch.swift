import Batch

/// A batch system as far as it can be seen from outside: a queue, nodes, allocations and their lives.
///
/// It decides nothing: `World+Batch` lets it act.
struct SimulatedBatch {
  enum Phase: Hashable {
    case pending
    case running
    /// Its processes are gone, and it is not told yet what becomes of it.
    case completing(then: String, requeued: Bool)
    case ended(String)
  }

  /// An element of an array, over all its lives.
  struct Allocation {
    let id: PilotName
    /// The project's version that its script names.
    let version: Int
    let excluded: Set<Int>
    /// The one who has asked for it knows of it, and of its coming back.
    var isKnown: Bool
    var phase = Phase.pending
    var restarts = 0
    /// Grows whenever it changes: what was planned before does nothing.
    var change = 0
    var node: Int?
    /// The machine of its present life.
    var machine: Int?
    /// It was warned for others, and comes back or does not.
    var isPreempted = false
    var changedAt: Double

    var life: PilotName {
      PilotName(job: id.job, index: id.index, restarts: restarts, step: machine)
    }
  }

  var allocations: [Allocation] = []
  /// Which allocation every machine that was ever lent belongs to, and its name there; in the order of
  /// machines.
  var lives: [(allocation: Int, name: PilotName)] = []
  /// How many machines there were before.
  let firstMachine: Int
  /// Until when each node is down.
  var nodes: [Double]
  var lastJob = 16
  var silentUntil = 0.0
  var emptyUntil = 0.0
  var relayDownUntil = 0.0
  /// Until when what it tells may be wrong.
  var doubtUntil = -Double.infinity

  init(firstMachine: Int, nodes: Int) {
    self.firstMachine = firstMachine
    self.nodes = Array(repeating: 0, count: nodes)
  }

  func life(of machine: Int) -> (allocation: Int, name: PilotName)? {
    machine >= firstMachine ? lives[machine - firstMachine] : nil
  }

  func machine(of name: PilotName) -> Int? {
    lives.firstIndex { $0.name == name }.map { firstMachine + $0 }
  }

  /// Those in a phase.
  func places(_ phases: Phase...) -> [Int] {
    allocations.indices.filter { phases.contains(allocations[$0].phase) }
  }

  /// A line of its answer for each allocation that it tells of.
  func answer(showsEnded: Bool, at now: Double) -> [QueueEntry] {
    allocations.compactMap { allocation in
      let (state, reason) = words(allocation, showsEnded: showsEnded, at: now)
      guard let state else { return nil }
      return QueueEntry(allocation.id, state, node: allocation.node, reason: reason)
    }
  }

  private func words(
    _ allocation: Allocation, showsEnded: Bool, at now: Double
  ) -> (state: String?, reason: String) {
    switch allocation.phase {
    case .pending: ("PENDING", allocation.restarts > 0 ? "BeginTime" : "Resources")
    case .running: ("RUNNING", "None")
    case .completing: ("COMPLETING", "None")
    case .ended(let word):
      (showsEnded && now < allocation.changedAt + 120 ? word : nil, "None")
    }
  }
}

/// What a batch system does by itself.
enum BatchAction {
  /// An allocation's turn in the queue has come.
  case grants(Int, change: Int)
  /// Its worker begins.
  case listens(machine: Int)
  /// Its processes are warned that the time is over.
  case warns(Int, change: Int)
  /// They are killed.
  case kills(Int, change: Int, word: String, requeued: Bool)
  /// It is told what becomes of it.
  case clears(Int, change: Int)
  /// A node does not answer: what ran there is over.
  case notices(node: Int)
  /// A node is back, and what it still runs for nobody is killed.
  case cleans(machine: Int)
}
