/// What every worker has free, indexed so that the best place for a job is found in O(log workers).
///
/// Workers are numbered in the order in which they became known. A node holds the greatest of
/// each figure in its subtree.
struct Places: Sendable {
  /// One worker's figures.
  struct Figures: Hashable, Sendable {
    /// Threads that new jobs may take; 0 for a worker that takes none now.
    var freeThreads = 0
    /// The most threads that a job may ask for to be placed now: those that are free, or any number
    /// while all are (a job that asks for more than there are gets all).
    var widest = 0
    /// Memory that new jobs may take, bytes; -1 for a worker that takes none now.
    var freeMemory = -1
    /// Memory that one job may ever take, bytes; -1 for a worker that takes none for now.
    var capacity = -1

    static func greatest(_ left: Figures, _ right: Figures) -> Figures {
      Figures(
        freeThreads: max(left.freeThreads, right.freeThreads),
        widest: max(left.widest, right.widest),
        freeMemory: max(left.freeMemory, right.freeMemory),
        capacity: max(left.capacity, right.capacity))
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
    freeThreads += figures.freeThreads - tree[node].freeThreads
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

  /// The worker with most free threads that can take a job of so many threads and so much memory;
  /// the first one among equals, as far as memory allows.
  mutating func best(threads: Int, memory: Int, except: Int?) -> Int? {
    var best: Int?
    search(1, Figures(widest: threads, freeMemory: memory), except, &best)
    return best
  }

  private mutating func search(
    _ node: Int, _ need: Figures, _ except: Int?, _ best: inout Int?
  ) {
    work += 1
    let figures = tree[node]
    guard figures.freeMemory >= need.freeMemory, figures.widest >= need.widest,
      figures.freeThreads > (best.map { tree[leaves + $0].freeThreads } ?? 0)
    else { return }
    if node >= leaves {
      if node - leaves != except { best = node - leaves }
      return
    }
    let (left, right) = (2 * node, 2 * node + 1)
    let rightFirst = tree[right].freeThreads > tree[left].freeThreads
    search(rightFirst ? right : left, need, except, &best)
    search(rightFirst ? left : right, need, except, &best)
  }

  /// The greatest free memory but for one worker's: whoever needs no more finds two places.
  mutating func secondFreeMemory() -> Int {
    var node = 1
    var second = -1
    while node < leaves {
      work += 1
      let (left, right) = (2 * node, 2 * node + 1)
      let leftIsGreater = tree[left].freeMemory >= tree[right].freeMemory
      second = max(second, tree[leftIsGreater ? right : left].freeMemory)
      node = leftIsGreater ? left : right
    }
    return second
  }

  /// True when a worker other than `except` may ever hold a job that needs so much memory.
  mutating func couldEverFit(memory: Int, except: Int?) -> Bool {
    couldEverFit(1, memory, except)
  }

  private mutating func couldEverFit(_ node: Int, _ memory: Int, _ except: Int?) -> Bool {
    work += 1
    guard tree[node].capacity >= memory else { return false }
    if node >= leaves { return node - leaves != except }
    return couldEverFit(2 * node, memory, except) || couldEverFit(2 * node + 1, memory, except)
  }
}
