import Basics
import SweepModel

// Orders as numbered fields, writer and reader side by side.

extension Order {
  /// What tells the orders apart.
  var kind: UInt8 {
    switch self {
    case .hello: 1
    case .start: 2
    case .stop: 3
    case .acknowledge: 4
    case .shutdown: 5
    case .heartbeat: 6
    case .run: 7
    case .checkpointPart: 8
    }
  }

  var fields: [UInt8] {
    var out = FieldWriter()
    switch self {
    case .hello(let settings):
      out.write(1, settings.heartbeatSeconds)
      out.write(2, settings.graceSeconds)
    case .start(let assignment): out.write(assignment)
    case .stop(let attempt), .acknowledge(let attempt): out.write(1, attempt)
    case .shutdown, .heartbeat: break
    case .run(let identity): out.write(identity)
    case .checkpointPart(let attempt, let part):
      out.write(1, attempt)
      out.write(2, part)
    }
    return out.bytes
  }

  /// The order of a kind; nil for a kind that a later version knows.
  init?(kind: UInt8, _ fields: FieldReader) throws(ByteDamage) {
    switch kind {
    case 1:
      self = .hello(
        Settings(
          heartbeatSeconds: try fields.seconds(1, "a heartbeat's interval") ?? 2,
          graceSeconds: try fields.seconds(2, "a grace time") ?? 15))
    case 2: self = .start(try fields.assignment())
    case 3: self = .stop(try fields.attempt(1))
    case 4: self = .acknowledge(try fields.attempt(1))
    case 5: self = .shutdown
    case 6: self = .heartbeat
    case 7: self = .run(try fields.runIdentity())
    case 8: self = .checkpointPart(try fields.attempt(1), try fields.checkpointPart(2))
    default: return nil
    }
  }
}

extension FieldWriter {
  fileprivate mutating func write(_ assignment: Order.Assignment) {
    write(1, assignment.attempt)
    write(2, assignment.workload)
    write(3, assignment.resultVersion)
    write(4, assignment.parameters)
    write(5, assignment.threads)
    write(6, assignment.timeoutSeconds)
    write(7, assignment.checkpointSeconds)
    write(8, assignment.checkpoint)
    write(20, assignment.held)
    if assignment.memoryBytes != 0 { write(21, assignment.memoryBytes) }
    if let threads = assignment.hostThreads { write(23, threads) }
    for (name, tokens) in assignment.tokens.sorted(by: { $0.key < $1.key }) {
      write(22) { out in
        out.write(1, name)
        for token in tokens { out.write(2, token) }
      }
    }
  }
}

extension FieldReader {
  fileprivate func assignment() throws(ByteDamage) -> Order.Assignment {
    Order.Assignment(
      attempt: try attempt(1), workload: try string(2) ?? "", resultVersion: try integer(3) ?? 0,
      parameters: try parameters(4),
      threads: try integer(5, or: 1, in: Self.threads, "a number of threads"),
      hostThreads: try integer(23).map { max(1, $0) }, held: try held(20),
      memoryBytes: max(0, try integer(21) ?? 0),
      tokens: Dictionary(
        try messages(22) { (fields) throws(ByteDamage) in
          (try fields.string(1) ?? "", try fields.strings(2))
        }
      ) { _, last in last },
      timeoutSeconds: try seconds(6, "a time limit"),
      checkpointSeconds: try seconds(7, "an interval of checkpoints") ?? 60,
      checkpoint: try data(8))
  }
}
