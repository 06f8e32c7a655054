import SweepModel
import Testing

@testable import SweepFiles

/// Exclusions that would need more memory or time than anybody has.
@Suite struct HugeExclusionTests {
  @Test func exclusions_ofTooManyValues_areRefusedAtTheirPlace() {
    let range = "{seed: {range: [0, 600000]}}"
    #expect {
      try parse(withHead("grid:\n  seed: [0, 1]\n  exclude: [\(range), \(range)]"))
    } throws: { error in
      "\(error)".contains("more than 1000000 values under this list")
    }
  }

  @Test func exclusions_timesPointsBeyondAnyTime_areRefused() {
    let text = "grid:\n  seed: {range: [0, 1000000]}\n  exclude: [{seed: {range: [0, 5000]}}]"
    #expect {
      try parse(withHead(text))
    } throws: { error in
      "\(error)".contains("1000000 points are too many to compare with 5000 excluded values")
    }
  }
}
