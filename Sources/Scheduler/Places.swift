import SweepModel

/// What every worker has free, indexed so that the best place for a job is found in O(log workers).
///
/// Workers are numbered in the order in which they became known. A node holds the greatest of
/// each figure in its subtree.
struct Places: Sendable {
  /// One worker's figures.
  struct Figures: Hashable, Sendable {
    /// What new jobs may take; no threads and -1 bytes for a worker that takes none now.
    var free = Amounts(memoryBytes: -1)
    /// The most threads that a job may ask for to be placed now: those that are free, or any number
    /// while all are (a job that asks for more than there are gets all).
    var widest = 0
    /// When the machine of one that takes work is taken away, seconds; infinite where nobody does that.
    var until = -Double.infinity
    /// What one job may ever take; -1 bytes for a worker that takes none for now.
    var capacity = Amounts(memoryBytes: -1)

    static func greatest(_ left: Figures, _ right: Figures) -> Figures {
      Figures(
        free: Amounts.greatest(left.free, right.free), widest: max(left.widest, right.widest),
        until: max(left.until, right.until),
        capacity: Amounts.greatest(left.capacity, right.capacity))
    }
  }

  /// Leaves from `leaves` on; a power of two of them.
  private var tree = [Figures(), Figures()]
  private var leaves = 1
  /// Threads free on all workers.
  private(set) var freeThreads = 0
  /// Nodes visited so far.
  private(set) var work = 0

  /// The greatest figures of all workers, not all of the same one.
  var greatest: Figures { tree[1] }

  mutating func update(_ worker: Int, _ figures: Figures) {
    while worker >= leaves { grow() }
    var node = leaves + worker
    guard tree[node] != figures else { return }
    freeThreads += figures.free.threads - tree[node].free.threads
    tree[node] = figures
    while node > 1 {
      node /= 2
      work += 1
      let figures = Figures.greatest(tree[2 * node], tree[2 * node + 1])
      if tree[node] == figures { return }
      tree[node] = figures
    }
  }

  private mutating func grow() {
    let old = tree[leaves...]
    leaves *= 2
    tree = Array(repeating: Figures(), count: leaves) + old
    tree += Array(repeating: Figures(), count: leaves - old.count)
    for node in (1..<leaves).reversed() {
      tree[node] = Figures.greatest(tree[2 * node], tree[2 * node + 1])
    }
    work += leaves
  }

  /// The worker with most free threads that can take a job of such needs; the first one among
  /// equals, as far as they allow. Its machine is there until a time, seconds, at least.
  mutating func best(
    for needs: Amounts, until end: Double = -.infinity, except: Int?
  ) -> Int? {
    var best: Int?
    search(1, needs, end, except, &best)
    return best
  }

  private mutating func search(
    _ node: Int, _ needs: Amounts, _ end: Double, _ except: Int?, _ best: inout Int?
  ) {
    work += 1
    let figures = tree[node]
    guard figures.free.memoryBytes >= needs.memoryBytes, figures.widest >= needs.threads,
      figures.until >= end,
      figures.free.threads > (best.map { tree[leaves + $0].free.threads } ?? 0),
      needs.namedFit(in: figures.free)
    else { return }
    if node >= leaves {
      if node - leaves != except { best = node - leaves }
      return
    }
    let (left, right) = (2 * node, 2 * node + 1)
    let rightFirst = tree[right].free.threads > tree[left].free.threads
    search(rightFirst ? right : left, needs, end, except, &best)
    search(rightFirst ? left : right, needs, end, except, &best)
  }

  /// The most memory, bytes, that one worker has which has the named ones of some amounts, free or
  /// ever, and whose machine is there until a time, seconds, at least; -1 when none has. Without
  /// conditions it is the root that tells.
  mutating func mostMemory(
    _ figure: KeyPath<Figures, Amounts>, with named: Amounts, until end: Double = -.infinity,
    except: Int? = nil
  ) -> (bytes: Int, worker: Int?) {
    var most: (bytes: Int, worker: Int?) = (-1, nil)
    seekMemory(1, figure, named, end, except, &most)
    return most
  }

  private mutating func seekMemory(
    _ node: Int, _ figure: KeyPath<Figures, Amounts>, _ named: Amounts, _ end: Double,
    _ except: Int?, _ most: inout (bytes: Int, worker: Int?)
  ) {
    work += 1
    let amounts = tree[node][keyPath: figure]
    guard amounts.memoryBytes > most.bytes, named.namedFit(in: amounts), tree[node].until >= end
    else { return }
    if node >= leaves {
      if node - leaves != except { most = (amounts.memoryBytes, node - leaves) }
      return
    }
    let (left, right) = (2 * node, 2 * node + 1)
    let rightFirst =
      tree[right][keyPath: figure].memoryBytes > tree[left][keyPath: figure].memoryBytes
    seekMemory(rightFirst ? right : left, figure, named, end, except, &most)
    seekMemory(rightFirst ? left : right, figure, named, end, except, &most)
  }
}
