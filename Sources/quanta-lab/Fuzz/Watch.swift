import Foundation

/// What a trying process shows its watcher: which input it is at, in memory that both map.
struct Watch {
  private let words: UnsafeMutablePointer<UInt64>
  let path: String

  /// Makes the memory, or maps what a watcher has made.
  init(path: String) throws(Violation) {
    self.path = path
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    guard descriptor >= 0, ftruncate(descriptor, 4096) == 0,
      let memory = mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      memory != MAP_FAILED
    else { throw Violation("\(path) cannot be mapped") }
    words = memory.bindMemory(to: UInt64.self, capacity: 512)
  }

  /// The seed of the input that is being tried.
  var seed: UInt64 {
    get { words[0] }
    nonmutating set { words[0] = newValue }
  }
}

/// Tries inputs in this process; the first violation ends it, as a crash or a limit does.
struct Trial {
  private let surface: any Surface
  private let target: FuzzTarget

  init(_ target: FuzzTarget, corpus: String) throws {
    self.target = target
    surface = try target.surface.init(corpus: Corpus.inputs(corpus, target.surface))
  }

  /// One input.
  func input(_ seed: UInt64) -> [UInt8] {
    var random = Random(seed: seed, surface: target.number)
    guard let reader = target.reader else { return surface.input(&random) }
    return surface.input(&random, reader: reader)
  }

  func run(from first: UInt64, count: Int, watch: Watch) throws {
    // What an input needs beyond this is unbounded: allocation fails and the process ends.
    var limit = rlimit(rlim_cur: 3 << 30, rlim_max: 3 << 30)
    setrlimit(__rlimit_resource_t(9), &limit)
    for seed in first..<first + UInt64(count) {
      watch.seed = seed
      try surface.check(input(seed))
    }
  }
}
