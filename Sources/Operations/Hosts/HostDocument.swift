import Findings
import SweepModel
package import Transport

/// What a host has of Quanta's, as `quanta workers list --json` says it.
package struct HostDocument: Encodable {
  private struct Session: Encodable {
    let store: String
    let isThisStore: Bool
    let host: String
    let isElsewhere: Bool
    let process: String?
    let since: String?
    let jobs: Int?
    let coordinator: String?
    let resultsWaiting: Int
    let resultBytes: Int

    init(_ line: HostAnswer.Line, session: String?) {
      store = line["id"]
      isThisStore = line["id"] == session
      host = line["host"]
      isElsewhere = line.words["elsewhere"] != nil
      process = line.words["pid"]
      since = line.words["since"].map { describeTime(Double($0) ?? 0) }
      jobs = line.words["jobs"].flatMap { Int($0) }
      coordinator = line.words["run"]
      resultsWaiting = line.number("results")
      resultBytes = line.number("bytes")
    }
  }
  private let host: String
  private var failure: String?
  private var folder: String?
  private var cores: Int?
  private var gpus: Int?
  private var programBytes: Int?
  private var dataBytes: Int?
  private var sessionBytes: Int?
  private var sessions: [Session] = []

  /// - Parameter session: The identity of the store that is meant.
  package init(_ outcome: HostRound.Outcome, session: String?) {
    host = outcome.host.name
    switch outcome.answer {
    case .failure(let failure): self.failure = failure.message
    case .success(let answer):
      let place = answer.lines("place").first
      folder = answer.folder
      cores = place?.number("cores")
      gpus = place?.words["gpu"].flatMap { Int($0) }
      programBytes = place?.number("bin")
      dataBytes = place?.number("data")
      sessionBytes = place?.number("sessions")
      sessions = answer.lines("session").map { Session($0, session: session) }
    }
  }
}

/// What the examination of a host found, as `quanta workers check --json` says it.
package struct HostCheckDocument: Encodable {
  private struct Check: Encodable {
    let name: String
    let status: String
    let detail: String
    let remedy: String
  }
  private let host: String
  private let usable: Bool
  private let checks: [Check]

  package init(_ report: HostReport) {
    host = report.host
    usable = report.isUsable
    checks = report.checks.map {
      Check(name: $0.name, status: $0.status.rawValue, detail: $0.detail, remedy: $0.remedy)
    }
  }
}
