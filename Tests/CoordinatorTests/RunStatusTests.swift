import Foundation
import SweepModel
import Testing

/// What `live.json` and `quanta status --json` hold of a run.
struct RunStatusTests {
  private let key = String(repeating: "0a", count: 32)

  /// The bytes that versions wrote whose states and modes were words.
  private func written(mode: String, state: String) -> String {
    """
    {"attempts":[{"explanation":"running on local with 2 threads","job":"\(key)",\
    "metric":"loss","number":1,"step":10,"threads":2,"total":40,"value":0.5,"worker":"local"}],\
    "cancelled":1,"done":2,"failed":3,"heldBack":{"\(key)":"tried again in 4 s"},\
    "jobsPerHour":1.5,"mode":"\(mode)","running":1,"secondsLeft":7,"startedAt":8,"sweep":"widths",\
    "waiting":4,"workers":[{"cores":4,"coresInUse":2,"heardAt":9,"message":"","name":"local",\
    "state":"\(state)"}],"writtenAt":10}
    """
  }

  @Test func json_ofEveryModeAndState_isReadAndWrittenInTheSameBytes() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let modes = ["", "paused", "draining", "stopping", "suspended"]
    let states = [
      "connecting", "ready", "busy", "resting", "lost", "failed", "closed", "waiting", "duplicate",
    ]
    for mode in modes {
      for state in states {
        let text = written(mode: mode, state: state)
        let status = try JSONDecoder().decode(RunStatus.self, from: Data(text.utf8))
        #expect(String(decoding: try encoder.encode(status), as: UTF8.self) == text)
      }
    }
  }

  @Test func json_withUnknownWordsOrKeys_isRefused() {
    for text in [
      written(mode: "asleep", state: "ready"), written(mode: "", state: "asleep"),
      written(mode: "", state: "ready").replacingOccurrences(of: key, with: "0a"),
    ] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(RunStatus.self, from: Data(text.utf8))
      }
    }
  }

  @Test func json_ofARunThatHasJustBegun_hasNoAbsentFields() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let status = RunStatus(of: "widths", startedAt: 1, writtenAt: 2)
    #expect(
      String(decoding: try encoder.encode(status), as: UTF8.self)
        == """
        {"attempts":[],"cancelled":0,"done":0,"failed":0,"heldBack":{},"jobsPerHour":0,"mode":"",\
        "running":0,"startedAt":1,"sweep":"widths","waiting":0,"workers":[],"writtenAt":2}
        """)
  }
}
