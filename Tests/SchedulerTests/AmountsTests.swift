import Foundation
import SweepModel
import Testing

/// Amounts as one value: arithmetic, words, and JSON.
struct AmountsTests {
  private let host = Amounts(threads: 8, memoryBytes: 100, named: ["gpu": 4, "licence": 1])

  @Test func arithmetic_ofUnlikeNames_countsWhatEitherHas() {
    let job = Amounts(threads: 2, memoryBytes: 30, named: ["gpu": 1, "disk": 2])
    #expect((host + job)["disk"] == 2 && (host + job)["gpu"] == 5 && (host + job).threads == 10)
    #expect((host - job)["disk"] == -2 && (host - job)["licence"] == 1)
    #expect(host.remaining(after: job)["disk"] == 0)
    #expect((host - host).named.isEmpty && host - host == Amounts())
    #expect(Amounts.greatest(host, job)["disk"] == 2 && Amounts.greatest(host, job)["gpu"] == 4)
  }

  @Test func fits_needsEnoughOfEverything() {
    for (need, fits) in [
      (Amounts(), true), (host, true), (Amounts(threads: 9), false),
      (Amounts(memoryBytes: 101), false),
      (Amounts(named: ["gpu": 4]), true), (Amounts(named: ["gpu": 5]), false),
      (Amounts(named: ["tape": 1]), false),
    ] {
      #expect(need.fits(in: host) == fits, "\(need)")
    }
  }

  @Test func multiples_areThoseOfTheScarcest() {
    #expect(Amounts(threads: 3).multiples(in: host) == 2)
    #expect(Amounts(threads: 1, memoryBytes: 30, named: ["gpu": 1]).multiples(in: host) == 3)
    #expect(Amounts(named: ["tape": 1]).multiples(in: host) == 0)
    #expect(Amounts().multiples(in: host) == nil)
  }

  @Test func json_leavesOutWhatIsNothing() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    for (amounts, text) in [
      (Amounts(), "{}"), (host, #"{"gpu":4,"licence":1,"memoryBytes":100,"threads":8}"#),
      (Amounts(threads: 1), #"{"threads":1}"#),
      (Amounts(named: ["gpu": Amount(thousandths: 500)]), #"{"gpu":0.5}"#),
      (Amounts(named: ["gpu": Amount(thousandths: 333), "x": 70000]), #"{"gpu":0.333,"x":70000}"#),
    ] {
      #expect(String(decoding: try encoder.encode(amounts), as: UTF8.self) == text)
      #expect(try JSONDecoder().decode(Amounts.self, from: Data(text.utf8)) == amounts)
    }
  }

  @Test func json_ofNoAmount_isRefused() {
    for text in [#"{"gpu":"1"}"#, #"{"gpu":1e300}"#, #"{"threads":0.5}"#, "[1]"] {
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(Amounts.self, from: Data(text.utf8))
      }
    }
  }

  @Test func amount_isExact_andReadsAsPeopleWriteIt() {
    let tenth = Amount(thousandths: 100)
    #expect((0..<10).reduce(Amount(0)) { sum, _ in sum + tenth } == 1)
    #expect(
      [1, 0, 999, 500, 1250, -10, 42_000].map { "\(Amount(thousandths: $0))" }
        == ["0.001", "0", "0.999", "0.5", "1.25", "-0.01", "42"])
    #expect(Amount(.max) + Amount(.max) >= Amount(.max) && Amount(.min) < 0)
    #expect(
      [Amount(1), tenth, 0, Amount(thousandths: 1500)].map(\.isGrantable)
        == [true, true, true, false])
  }

  /// What nobody knows the place of may be on any of those that seem free.
  @Test func room_isWhatOneMoreJobCanHave() {
    func held(_ index: Int, _ thousandths: Int) -> Allocation.Held {
      .init("gpu", index, share: Amount(thousandths: thousandths))
    }
    let unknown = Amounts(named: ["gpu": Amount(thousandths: 500)])
    for (others, room) in [
      (Allocation(), 4000), (Allocation(Amounts(), held: [held(1, 600)]), 3000),
      (Allocation(Amounts(), held: (0..<4).map { held($0, 600 + $0) }), 400),
      (Allocation(Amounts(), held: [held(2, 1000), held(9, 500)]), 3000),
      (Allocation(unknown), 3000), (Allocation(Amounts(), held: (0..<4).map { held($0, 1000) }), 0),
    ] {
      #expect(host.room(beside: others)["gpu"].thousandths == room, "\(others)")
    }
    var others = Allocation(Amounts(), held: (0..<4).map { held($0, 600) })
    others.amounts["gpu"] = others.amounts["gpu"] + unknown["gpu"]
    #expect(host.room(beside: others)["gpu"] == 0)
  }

  @Test func allocation_takesTheFirstFreeOnes() {
    let job = Amounts(threads: 1, named: ["gpu": 2])
    var inUse = Allocation(Amounts(), held: [.init("gpu", 1)])
    let first = Allocation(job, of: host, beside: inUse)
    #expect(first.indices(of: "gpu") == [0, 2] && first.heldText == "gpu 0, 2")
    inUse += first
    #expect(inUse.indices(of: "gpu") == [0, 1, 2] && inUse.amounts["gpu"] == 3)
    inUse -= first
    #expect(
      inUse.indices(of: "gpu") == [1] && inUse.amounts["gpu"] == 1 && inUse.amounts.threads == 0)
  }
}
