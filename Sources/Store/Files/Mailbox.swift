import Foundation
import Posix
import Synchronization

/// The folder through which commands reach a running coordinator.
///
/// A request is a small JSON file that appears by a rename, so it is read whole or not at all. Any
/// process may post; only the coordinator takes. From any thread.
public struct Mailbox: Sendable {
  /// Files beyond this size are no requests.
  static let limitBytes = 1 << 20
  /// Longer lists of keys travel in several requests, in order.
  static let keysPerRequest = 10_000

  private static let lastPost = Mutex(0)
  private let folder: String

  /// The mailbox of a store.
  public init(_ layout: StoreLayout) {
    folder = layout.requests
  }

  /// Leaves a request. Requests of one process are taken in the order in which it posted them;
  /// those of several, by the clock of this machine.
  ///
  /// Whether anybody takes it: see ``LiveFile/isCoordinatorAlive``.
  public func post(_ request: Request) throws(StoreError) {
    try DurableFile.makeDirectory(folder)
    for part in Self.parts(of: request) {
      let text = try Connection.explaining(folder) { try RequestText(part).encoded() }
      try DurableFile.write(text, to: "\(folder)/\(Self.nextName()).json", durable: true)
    }
  }

  /// True when every request has been taken.
  public var isEmpty: Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return !names.contains { $0.hasSuffix(".json") }
  }

  /// Takes all requests out of the mailbox, oldest first.
  ///
  /// What is no request is moved into `rejected/`, with a note that says why, and never looked at
  /// again; the reasons come back for the coordinator's log.
  public func take() throws(StoreError) -> (requests: [Request], rejected: [String]) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var requests: [Request] = []
    var rejected: [String] = []
    for name in names.filter({ $0.hasSuffix(".json") }).sorted() {
      let path = "\(folder)/\(name)"
      switch read(path) {
      case .success(let request):
        guard unlink(path) == 0 else {
          if requests.isEmpty { throw .system(errno, "take", path: path) }
          return (requests, rejected)
        }
        requests.append(request)
      case .failure(let malformed):
        reject(name, why: malformed.why)
        rejected.append("request \(name) was put into \(folder)/rejected: \(malformed.why)")
      }
    }
    return (requests, rejected)
  }

  private func read(_ path: String) -> Result<Request, RequestText.Malformed> {
    guard let bytes = try? DurableFile.read(path, limit: Self.limitBytes + 1) else {
      return .failure(RequestText.Malformed(why: "it cannot be read as a regular file"))
    }
    guard bytes.count <= Self.limitBytes else {
      return .failure(
        RequestText.Malformed(why: "it is larger than \(Self.limitBytes) bytes"))
    }
    return RequestText.decode(bytes)
  }

  private func reject(_ name: String, why: String) {
    let rejected = folder + "/rejected"
    mkdir(rejected, 0o755)
    if rename("\(folder)/\(name)", "\(rejected)/\(name)") == 0 {
      try? DurableFile.write(Array("\(why)\n".utf8), to: "\(rejected)/\(name).txt", durable: false)
    }
  }

  /// A name that sorts by time; in one process by the order of posting, whatever the clock does.
  private static func nextName() -> String {
    let time = lastPost.withLock { last in
      let stamp = wallClockStamp(after: last)
      last = stamp.nanoseconds
      return stamp.text
    }
    let process = "\(getpid())"
    return "\(time)-\(String(repeating: "0", count: max(0, 10 - process.count)))\(process)"
  }

  private static func parts(of request: Request) -> [Request] {
    switch request {
    case .cancel(let keys): chunks(keys).map(Request.cancel)
    case .retry(let keys): chunks(keys).map(Request.retry)
    case .pause, .resume, .drainWorker: [request]
    }
  }

  private static func chunks<Element>(_ all: [Element]) -> [[Element]] {
    stride(from: 0, to: all.count, by: keysPerRequest).map {
      Array(all[$0..<min($0 + keysPerRequest, all.count)])
    }
  }
}
