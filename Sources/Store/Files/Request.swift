import Foundation
public import SweepModel

/// What a command asks of a running coordinator.
public enum Request: Hashable, Sendable {
  /// Stop these jobs and run them no more.
  case cancel([JobKey])
  /// Free these jobs, which failed or were cancelled.
  case retry([JobKey])
  /// Start no further jobs of this sweep.
  case pause(sweep: String)
  /// Go on with this sweep.
  case resume(sweep: String)
  /// Give this worker no further jobs and let it finish those it has.
  case drainWorker(String)
}

/// A request as JSON: `{"format":1,"kind":"cancel","keys":["…"]}`, or `name` in place of `keys`.
struct RequestText: Codable {
  let format: Int
  let kind: String
  let keys: [String]?
  let name: String?

  init(_ request: Request) {
    format = 1
    switch request {
    case .cancel(let keys): (kind, self.keys, name) = ("cancel", keys.map(\.hex), nil)
    case .retry(let keys): (kind, self.keys, name) = ("retry", keys.map(\.hex), nil)
    case .pause(let sweep): (kind, keys, name) = ("pause", nil, sweep)
    case .resume(let sweep): (kind, keys, name) = ("resume", nil, sweep)
    case .drainWorker(let worker): (kind, keys, name) = ("drainWorker", nil, worker)
    }
  }

  /// Bytes of the JSON text.
  func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return Array(try encoder.encode(self))
  }

  /// The request in a text, or why it is none.
  static func decode(_ bytes: [UInt8]) -> Result<Request, Malformed> {
    guard let text = try? JSONDecoder().decode(RequestText.self, from: Data(bytes)) else {
      return .failure(Malformed(why: "it is no request in JSON"))
    }
    guard text.format == 1 else {
      return .failure(Malformed(why: "format \(text.format) is newer than this coordinator"))
    }
    switch (text.kind, text.keys, text.name) {
    case ("cancel", let keys?, nil): return decode(keys).map(Request.cancel)
    case ("retry", let keys?, nil): return decode(keys).map(Request.retry)
    case ("pause", nil, let name?): return .success(.pause(sweep: name))
    case ("resume", nil, let name?): return .success(.resume(sweep: name))
    case ("drainWorker", nil, let name?): return .success(.drainWorker(name))
    default: return .failure(Malformed(why: "kind \(text.kind) with these fields is unknown"))
    }
  }

  private static func decode(_ texts: [String]) -> Result<[JobKey], Malformed> {
    let keys = texts.compactMap(JobKey.init(hex:))
    return keys.count == texts.count
      ? .success(keys) : .failure(Malformed(why: "a key is not 64 hexadecimal digits"))
  }

  /// Why a text is no request.
  struct Malformed: Error {
    let why: String
  }
}
