import Glibc
import Kernels
import Posix
import Synchronization

/// The threads of one job: the caller and `threads - 1` helpers, kept for the job's whole life.
///
/// ``run(items:_:)`` is a phase: the items are taken in any order by any thread, and all are done
/// when it returns. Whatever an item computes may depend on its number only, never on the worker
/// (which merely names scratch memory), so results do not depend on the number of threads.
///
/// Between phases the helpers look for work for some 50 µs, longer than the parts of a step that one
/// thread does alone, and then sleep; waking a sleeper costs about as much. They sleep at once when
/// the host has fewer processors than the team has threads.
///
/// Helpers are pinned where the processors are the team's own, that is where the calling thread may
/// use exactly as many as the team has threads (a cpuset of Slurm or `taskset`). Elsewhere a pin
/// could put two busy threads of two jobs on one processor while another idles.
public final class ThreadTeam: @unchecked Sendable {
  /// What a phase does for an item; `worker` counts from 0 and is below ``threads``.
  public typealias Body = @Sendable (_ item: Int, _ worker: Int) -> Void

  /// Threads including the caller; fewer than asked for when the system has no more.
  public private(set) var threads = 1

  private let shared: SharedPhase
  private var helpers: [pthread_t] = []

  /// Starts the helpers of a team of `threads` threads.
  public init(threads: Int) {
    precondition(threads > 0, "a team needs a thread")
    shared = SharedPhase(looks: threads <= sysconf(Int32(_SC_NPROCESSORS_ONLN)) ? 60_000 : 0)
    let processors = Processors.allowed
    for worker in 1..<max(1, threads) {
      let shared = shared
      let own = processors.count == threads ? processors[worker] : nil
      let help: @Sendable () -> Void = {
        if let own { Processors.pinCallingThread(to: own) }
        shared.help(as: worker)
      }
      guard let thread = PosixThread.start(help) else { break }
      helpers.append(thread)
    }
    self.threads = helpers.count + 1
  }

  deinit {
    shared.stop()
    for helper in helpers { PosixThread.join(helper) }
  }

  /// Does all items and returns; called by the team's owner only. Allocates nothing.
  public func run(items: Int, _ body: @escaping Body) {
    guard threads > 1, items > 1 else {
      for item in 0..<items { body(item, 0) }
      return
    }
    shared.run(items: items, helpers: threads - 1, body)
  }
}

/// What the threads of a team share. `body` and `items` are written before `generation` grows and
/// read after it was seen to grow; they stay until every helper has reported back.
private final class SharedPhase: @unchecked Sendable {
  private var body: ThreadTeam.Body = { _, _ in }
  private var items = 0
  private let generation = Atomic<Int>(0)
  private let next = Atomic<Int>(0)
  private let busy = Atomic<Int>(0)
  private let stopping = Atomic<Bool>(false)
  private let start: Gate
  private let end: Gate

  init(looks: Int) {
    start = Gate(looks: looks)
    end = Gate(looks: looks)
  }

  func run(items: Int, helpers: Int, _ body: @escaping ThreadTeam.Body) {
    self.body = body
    self.items = items
    next.store(0, ordering: .relaxed)
    busy.store(helpers, ordering: .relaxed)
    generation.add(1, ordering: .sequentiallyConsistent)
    start.wake()
    work(as: 0)
    end.wait { busy.load(ordering: .sequentiallyConsistent) == 0 }
    // The body may hold the team's owner, which would then never be freed.
    self.body = { _, _ in }
  }

  func help(as worker: Int) {
    var seen = 0
    while true {
      start.wait {
        generation.load(ordering: .sequentiallyConsistent) != seen
      }
      seen += 1
      if stopping.load(ordering: .acquiring) { return }
      work(as: worker)
      busy.subtract(1, ordering: .sequentiallyConsistent)
      end.wake()
    }
  }

  func stop() {
    stopping.store(true, ordering: .releasing)
    generation.add(1, ordering: .sequentiallyConsistent)
    start.wake()
  }

  private func work(as worker: Int) {
    while true {
      let item = next.add(1, ordering: .relaxed).oldValue
      guard item < items else { return }
      body(item, worker)
    }
  }
}
