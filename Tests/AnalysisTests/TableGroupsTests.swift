import Analysis
import Basics
import Fitting
import Glibc
import SweepModel
import Synchronization
import Tables
import Testing

/// Many groups of one table: each as if it were alone.
struct TableGroupsTests {
  private static let count = 300

  /// Power laws with a wobble, rows of groups mixed; group 7 has too few points.
  private static let text: String = {
    var generator = SplitMix64(seed: 13, stream: 0)
    var rows: [(UInt64, String)] = []
    for group in 0..<count {
      for step in 0..<(group == 7 ? 1 : 5) {
        let x = pow(10, 6 + Double(step))
        let noise = Double.random(in: -0.01...0.01, using: &generator)
        rows.append((generator.next(), "t\(group),\(x),\(9 * pow(x, -0.1) * exp(noise))"))
      }
    }
    return "token,n,loss\n" + rows.sorted { $0.0 < $1.0 }.map(\.1).joined(separator: "\n")
  }()

  private static let settings = FitSettings(uncertainty: .asymptotic)

  private func fit(_ filters: [RowCondition] = [], by: [String] = ["token"]) -> TableFit {
    TableFit(request: FitRequest(name: "t", x: "n", y: "loss", by: by), filters: filters)
  }

  @Test
  func groups_manyAtOnce_areBitForBitThoseFittedAlone() throws {
    let table = try Table(text: Self.text, origin: "t.csv")
    let all = try fit().report(over: table, settings: Self.settings)
    #expect(all.groups.count == Self.count)
    for group in all.groups {
      let alone = try fit([RowCondition(column: "token", value: group.labels[0].value)], by: [])
        .report(over: table, settings: Self.settings).groups[0]
      #expect(group.outcome == alone.outcome, "\(group.title)")
      #expect(group.points == alone.points && group.names == alone.names)
    }
    #expect(all.groups.filter { $0.fit == nil }.map(\.title) == ["token=t7"])
  }

  @Test
  func stream_inPortions_handsOnAllGroupsInTheirOrder() throws {
    let table = try Table(text: Self.text, origin: "t.csv")
    let groups = try TableGroups(of: fit(), over: table)
    let report = groups.report(Self.settings)
    let streamed = Mutex<[FitGroup.Outcome]>([])
    groups.stream(
      Self.settings, make: \.outcome,
      take: { range, rows in
        streamed.withLock {
          #expect($0.count == range.lowerBound)
          $0 += rows
        }
      })
    #expect(streamed.withLock { $0 } == report.groups.map(\.outcome))
    #expect(groups.areMany && !groups.settings(FitSettings(selects: true)).selects)
  }

  @Test
  func groups_equalNumbers_areOne_equalNamesToo() throws {
    let table = try Table(
      text: "lr,run,n,loss\n1e-05,007,1,1\n0.00001,7,2,0.5\n1e-5,7,4,0.25\n1e-05,007,8,0.1\n",
      origin: "t.csv")
    let byRate = try fit(by: ["lr"]).report(over: table, settings: Self.settings)
    #expect(byRate.groups.map(\.title) == ["lr=1e-05"])
    let byRun = try fit(by: ["run"]).report(over: table, settings: Self.settings)
    #expect(byRun.groups.map(\.title) == ["run=007", "run=7"])
  }

  @Test
  func missing_everyWord_isCountedByItsReason() throws {
    let table = try Table(
      text: "n,loss\n1,1\n2,NA\n2,NaN\n2,\n4,0.25\n8,NA\n-,2\n8,0.125\n16,.0625\n", origin: "t.csv")
    let group = try fit(by: []).report(over: table, settings: Self.settings).groups[0]
    #expect(
      group.leftOut == [
        .init(reason: "loss is NA", count: 2), .init(reason: "loss is NaN", count: 1),
        .init(reason: "no value of loss", count: 1), .init(reason: "n is -", count: 1),
      ])
    #expect(group.fit?.pointCount == 4)
  }
}
