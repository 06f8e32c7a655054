import Foundation
import LabSupport
import Testing

/// `quanta fit FILE.csv --json`: the shape on which scripts rely.
@Suite struct FitTests {
  private func object(_ text: String) throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
  }

  /// L = 1.8 + 480·N^-0.35 + 2100·D^-0.37, a little off in the last rows; one row without a loss.
  private static let table: String = {
    var rows = ["run,n,d,loss,kind,budget"]
    for size in 0..<5 {
      for data in 0..<5 {
        let (n, d) = (4e7 * pow(5, Double(size)), 1e9 * pow(6, Double(data)))
        let loss = 1.8 + 480 * pow(n, -0.35) + 2100 * pow(d, -0.37) + (data == 4 ? 1e-3 : 0)
        rows.append("r\(size),\(n),\(d),\(loss),a,\(data)")
      }
    }
    return (rows + ["r9,1e9,1e9,,a,0", "r9,1e9,1e9,7,b,0"]).joined(separator: "\n") + "\n"
  }()

  @Test func chinchilla_asJSON_isOneObjectWithTheAgreedNames() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.table)
      let result = await sandbox.quanta(
        "fit", "runs.csv", "--x", "n", "--x2", "d", "--y", "loss", "--form", "chinchilla",
        "--objective", "huber", "--delta", "1e-3", "--where", "kind=a", "--bootstrap", "200",
        "--seed", "5", "--flops", "1e22", "--json")
      #expect(result.status == 0, "\(result.output)")
      let fit = try object(result.output)
      #expect(fit["form"] as? String == "chinchilla")
      let objective = try #require(fit["objective"] as? [String: Any])
      #expect(objective["name"] as? String == "huber")
      #expect(objective["delta"] as? Double == 1e-3)
      #expect((objective["value"] as? Double ?? 1) < 1e-4)
      #expect(fit["n"] as? Int == 25)
      #expect(fit["converged"] as? Bool == true)
      let parameters = try #require(fit["parameters"] as? [String: [String: Any]])
      #expect(Set(parameters.keys) == ["E", "A", "B", "alpha", "beta"])
      for parameter in parameters.values {
        #expect(parameter["value"] is Double && parameter["se"] is Double)
        #expect((parameter["ci95"] as? [Double])?.count == 2)
      }
      #expect((fit["minima"] as? [[String: Any]])?.isEmpty == false)
      let warnings = try #require(fit["warnings"] as? [[String: String]])
      #expect(warnings.contains { $0["code"] == "dependent-checkpoints" })
      let derived = try #require(fit["derived"] as? [String: Any])
      #expect(derived["a_opt"] != nil && derived["N_opt_C1e22"] != nil)
      let selection = try #require(fit["selection"] as? [String: Any])
      #expect(selection["aicc"] is Double && selection["bic"] is Double)
      let left = try #require((fit["leftOut"] as? [[String: Any]])?.first)
      #expect(left["reason"] as? String == "no value of loss")
    }
  }

  @Test func by_aColumn_givesGroups_andMixedBudgetsAreRefused() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.table)
      let common = ["fit", "runs.csv", "--x", "n", "--y", "loss", "--where", "kind=a", "--json"]
      let split = await sandbox.quanta(common + ["--by", "budget", "--bootstrap", "0"])
      let groups = try #require(try object(split.output)["groups"] as? [[String: Any]])
      #expect(groups.count == 5)
      #expect(groups[2]["by"] as? [String: String] == ["budget": "2"])
      let mixed = await sandbox.quanta(common)
      #expect(mixed.status == 1)
      let reason = try object(mixed.output)["refused"] as? String
      #expect(reason?.hasPrefix("The rows are of several budgets") == true)
    }
  }

  @Test func badOptions_sayWhatToDo() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.table)
      let cases: [([String], String)] = [
        (["--form", "chinchilla"], "has 2 inputs and got 1; name the others with --x2 and --x3"),
        (["--hold", "K"], "--hold \"K\" is no value; write NAME=VALUE"),
        (["--x-range", "5"], "--x-range \"5\" is no range; write LOW..HIGH"),
        (["--k", "5"], "--k goes with --form quanta or quanta-data"),
        (["--weights", "a", "--sigma", "b"], "--weights and --sigma exclude each other"),
      ]
      for (options, message) in cases {
        let result = await sandbox.quanta(
          ["fit", "runs.csv", "--x", "n", "--y", "loss"] + options)
        #expect(result.status != 0)
        #expect(result.output.contains(message), "\(options): \(result.output)")
      }
    }
  }
}
