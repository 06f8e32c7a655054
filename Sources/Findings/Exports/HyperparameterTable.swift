import SweepModel

/// What TensorBoard's plugin `hparams` reads: the table of parameters and final metrics.
struct HyperparameterTable {
  private let kinds: [String: Kind]
  private let axes: [String]

  /// The types that the plugin has, by its numbers.
  private enum Kind: Int {
    case text = 1
    case flag = 2
    case number = 3

    /// What holds a value exactly: a whole number beyond a double's 53 bits is a text.
    init(_ value: Value) {
      switch value {
      case .integer(let number): self = Int(exactly: Double(number)) == number ? .number : .text
      case .real: self = .number
      case .flag: self = .flag
      default: self = .text
      }
    }
  }

  /// - Parameter axes: The names that vary.
  init(_ jobs: [Job], axes: [String]) {
    var kinds: [String: Kind] = [:]
    for job in jobs {
      for entry in job.parameters.entries {
        let kind = Kind(entry.value)
        kinds[entry.name] = kinds[entry.name, default: kind] == kind ? kind : .text
      }
    }
    self.kinds = kinds
    self.axes = axes
  }

  /// What the table has: columns by type.
  ///
  /// - Parameters:
  ///   - metrics: The tags of the final metrics.
  ///   - time: When the sweep was made, seconds since 1970 UTC.
  func experiment(name: String, metrics: [String], time: Double) -> EventFile.Value {
    value("experiment", 2) { message in
      message.add(6, name)
      message.add(3, time)
      for (name, kind) in kinds.sorted(by: { $0.key < $1.key }) {
        message.add(4) { info in
          info.add(1, name)
          info.add(4, kind.rawValue)
          info.add(7, axes.contains(name))
        }
      }
      for metric in metrics {
        message.add(5) { info in
          info.add(1) { $0.add(2, metric) }
        }
      }
    }
  }

  /// The parameters of a job.
  func start(_ job: Job, group: String, time: Double) -> EventFile.Value {
    value("session_start_info", 3) { message in
      for entry in job.parameters.entries {
        message.add(1) { pair in
          pair.add(1, entry.name)
          pair.add(2) { add(entry.value, as: kinds[entry.name] ?? .text, to: &$0) }
        }
      }
      message.add(4, group)
      message.add(5, time)
    }
  }

  /// How a job ended.
  func end(isDone: Bool, time: Double) -> EventFile.Value {
    value("session_end_info", 4) { message in
      message.add(1, isDone ? 1 : 2)
      message.add(2, time)
    }
  }

  private func value(
    _ name: String, _ field: Int, _ fill: (inout ProtobufWriter) -> Void
  ) -> EventFile.Value {
    var data = ProtobufWriter()
    data.add(field, fill)
    return EventFile.Value(tag: "_hparams_/\(name)", .plugin("hparams", data.bytes))
  }

  private func add(_ value: Value, as kind: Kind, to message: inout ProtobufWriter) {
    switch (kind, value) {
    case (.number, _): message.add(2, value.number ?? .nan)
    case (.flag, .flag(let isOn)): message.add(4, isOn)
    default: message.add(3, value.description)
    }
  }
}
