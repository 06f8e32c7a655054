import Basics

/// The formats of metrics that are tried.
enum MetricFormat: CaseIterable {
  case jsonLines
  case csv
  case events
  /// What one event of an event file holds, with the right checksums.
  case event
  case log
  /// What one record of a log of W&B holds, with the right checksum.
  case record
  case database
  case info
  case run
  case trainer
  case meta
  case hydra
  case output
  case pattern
  /// The values of one metric in MLflow's folder.
  case values
  /// Sacred's `metrics.json`.
  case metrics

  /// Where it lies.
  var file: String {
    switch self {
    case .jsonLines: "metrics.jsonl"
    case .csv: "metrics.csv"
    case .events, .event: "events.out.tfevents.1"
    case .log, .record: "run-x.wandb"
    case .database: "mlflow.db"
    case .info: "1/info.json"
    case .run: "1/run.json"
    case .trainer: "trainer_state.json"
    case .meta: "mlruns/0/a/meta.yaml"
    case .hydra: ".hydra/config.yaml"
    case .output, .pattern: ""
    case .values: "mlruns/0/a/metrics/loss"
    case .metrics: "1/metrics.json"
    }
  }

  /// A file beside it without which it is none of the format's, in a folder that is there.
  var companion: (name: String, text: String)? {
    switch self {
    case .info, .metrics: ("1/run.json", "{\"status\": \"RUNNING\"}")
    case .values: ("mlruns/0/a/meta.yaml", "run_id: a\nstatus: 3\n")
    default: nil
    }
  }

  /// Whether programs only append to it.
  var grows: Bool {
    switch self {
    case .jsonLines, .csv, .events, .event, .log, .record: true
    default: false
    }
  }

  /// The file with a content.
  func framed(_ content: [UInt8]) -> [UInt8] {
    switch self {
    case .event:
      let length = Self.little(UInt64(content.count), 8)
      return length + Self.masked(length) + content + Self.masked(content)
    case .record:
      let data = content.prefix(30_000)
      return Array(":W&B".utf8) + [0xE1, 0xBE, 1] + Self.little(UInt64(CRC32([1] + data).value), 4)
        + Self.little(UInt64(data.count), 2) + [1] + data
    default: return content
    }
  }

  private static func masked(_ bytes: [UInt8]) -> [UInt8] {
    let crc = CRC32(bytes[...], .castagnoli).value
    return little(UInt64((crc >> 15 | crc << 17) &+ 0xA282_EAD8), 4)
  }

  private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  /// Inputs beside those of the corpus.
  var examples: [String] {
    switch self {
    case .jsonLines:
      [
        "{\"step\": 1, \"loss\": 0.5, \"a\": {\"b\": true}}\n{\"step\": 2, \"loss\": NaN}\n{\"step\": 1"
      ]
    case .csv: ["epoch,step,loss,\"a b\"\n0,1,0.5,\n0,2,,inf\n1,3,nan,\"x\ny\"\n", "t;x\n0,5;1\n"]
    case .info:
      [
        "{\"log_steps\": [0, 5], \"losses\": [1, NaN], \"p\": {\"0\": [1, 2]}, \"n\": {\"py/object\": \"x\"}}"
      ]
    case .run:
      [
        "{\"status\": \"COMPLETED\", \"result\": 0.5, \"start_time\": \"2026-11-29T09:00:00.5\", "
          + "\"meta\": {\"config_updates\": {\"a\": 1}}, \"fail_trace\": [\"x\"]}"
      ]
    case .trainer:
      ["{\"log_history\": [{\"step\": 1, \"loss\": 2, \"epoch\": 0.1}], \"best_metric\": 1}"]
    case .meta: ["run_id: a\nstatus: 3\nstart_time: 5\nend_time: null\nexperiment_id: '0'\n"]
    case .hydra: ["a:\n  b: 1\n  c: 'x''y'\nl:\n- 1\n- x: 2\n  y: [1, 2]\ne: \"q\\n\" # no\n"]
    case .output:
      ["step 1 loss: 0.5\r\u{1B}[31mstep 2 loss=nan\u{1B}[0m\n\u{1B}]0;t\u{7}a=1 b = 2\n"]
    case .pattern:
      [
        "(?i)loss[=: ]{1,2}(?<loss>[-+\\d.]+?)(\\s|$)\nLoss: 1.5 loss=2\n",
        "(a|b)*?c{2,}(?:x)\\b\naccx",
        "[^a-c\\]]+(.)\nxyz",
      ]
    case .event: ["\u{9}12345678\u{10}\u{1}*\u{b}\n\u{9}\n\u{1}l\u{15}abcd"]
    case .record: ["\u{12}\u{10}\n\u{c}\u{12}\u{4}loss\u{82}\u{1}\u{3}0.5"]
    case .values: ["1764400000000 3.5 0\n1764400001000 nan 10\n1764400002000 2.5\n17"]
    case .metrics:
      [
        "{\"a\": {\"values\": [1, NaN, 0.5], \"steps\": [0, 1, 5], \"timestamps\": [\"x\"]}, \"b\": {}}"
      ]
    case .events, .log, .database: []
    }
  }

  /// What these languages are made of.
  static let words = [
    "{", "}", "[", "]", ",", ":", "\"", "\\", "\n", "\r\n", "NaN", "-Infinity", "null", "true",
    "\"step\"", "step", "epoch", "1e999", "- ", "  ", "'", "#", "(?<", "(?P<", ")", "*", "+?",
    "{2,5}",
    "\\d", "|", "^", "$", "py/object", "\u{1B}[", "\t", ";", "\u{1}", "\u{8}", "SQLite format 3",
  ]
}
