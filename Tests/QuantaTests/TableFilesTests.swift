import Foundation
import LabSupport
import Testing

/// `quanta fit FILE` for files as people have them.
@Suite struct TableFilesTests {
  private static let rows = (0..<6).map { step -> (Double, Double) in
    let n = pow(4, Double(step)) * 1e6
    return (n, 12 * pow(n, -0.2))
  }

  private static func text(_ separator: String, header: String = "n", comma: Bool = false) -> String
  {
    let lines = rows.map { "\($0.0)\(separator)\($0.1)" }
    let text = ([header + "\(separator)loss"] + lines).joined(separator: "\n") + "\n"
    return comma ? text.replacing(".", with: ",") : text
  }

  private static let options = "--x n --y loss --bootstrap 0 --json"

  private func exponent(_ output: String) throws -> Double {
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any], "\(output)")
    let parameters = try #require(object["parameters"] as? [String: [String: Any]])
    return try #require(parameters["c"]?["value"] as? Double)
  }

  @Test(arguments: [
    ("runs.tsv", text("\t"), "quanta fit runs.tsv"),
    ("runs.txt", text("  ", header: "# n"), "quanta fit runs.txt"),
    ("runs.dat", text(" "), "quanta fit runs.dat"),
    ("runs.csv", text(";", comma: true), "quanta fit runs.csv"),
    ("runs", text(","), "quanta fit ./runs"),
    ("runs.csv", text(","), "gzip -k runs.csv && quanta fit runs.csv.gz"),
    ("runs.csv", text(","), "quanta fit - < runs.csv"),
    ("runs.csv", text(","), "cat runs.csv | quanta fit /dev/stdin"),
    ("runs.csv", text(","), "gzip < runs.csv | quanta fit -"),
    ("runs.csv", text(","), "mkfifo pipe && (cat runs.csv > pipe & quanta fit pipe"),
  ])
  func table_anyKindAndWay_isFitted(name: String, text: String, command: String) async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(name, text)
      let end = command.contains("(") ? "; s=$?; wait; exit $s)" : ""
      let result = await sandbox.shell(
        "cd '\(sandbox.folder)' && PATH='\(Sandbox.programs)':\"$PATH\" && \(command) \(Self.options)\(end)"
      )
      #expect(result.status == 0, "\(result.output)")
      #expect(abs(try exponent(result.output) - 0.2) < 1e-9)
    }
  }

  @Test func foreign_anyKind_isNamedAndNeverAStore() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("d.parquet", "PAR1\u{15}\u{4}\u{15}PAR1")
      try sandbox.write("d.txt", "\0\0\0\0")
      try sandbox.write("empty.csv", "")
      for (name, part) in [
        ("d.parquet", "pandas.read_parquet('d.parquet').to_csv('data.csv', index=False)"),
        ("d.txt", "This is no text"), ("empty.csv", "empty.csv:1:1: The file is empty."),
        ("none.tsv", "none.tsv: The file cannot be read"), ("./", "This is a folder"),
      ] {
        let result = await sandbox.quanta("fit", name, "--x", "n", "--y", "loss")
        #expect(result.status == 2 && result.output.contains(part), "\(name): \(result.output)")
        #expect(!result.output.contains("store"), "\(result.output)")
      }
    }
  }

  @Test func pipe_withoutEndOrPackedWithoutMeasure_isRefused() async throws {
    try await Sandbox.with { sandbox in
      let fit = "'\(Sandbox.programs)/quanta' fit - --x n --y loss"
      let zeros = await sandbox.shell("\(fit) < /dev/zero")
      #expect(zeros.status == 2 && zeros.output.contains("This is no text"), "\(zeros.output)")
      let packed = await sandbox.shell("head -c 300000000 /dev/zero | gzip -1 | \(fit)")
      #expect(packed.status == 2 && packed.output.contains("This is no text"), "\(packed.output)")
    }
  }

  @Test func columns_computedAndCompared_areFitted() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("runs.csv", Self.text(",") + "1,9\n")
      let result = await sandbox.quanta(
        "fit", "runs.csv", "--let", "C=n^2", "--where", "n>=1e6", "--x", "C", "--y", "loss",
        "--bootstrap", "0", "--json")
      #expect(result.status == 0, "\(result.output)")
      #expect(abs(try exponent(result.output) - 0.1) < 1e-9)
      let bad = await sandbox.quanta(
        "fit", "runs.csv", "--let", "C=6*Q", "--x", "C", "--y", "loss")
      #expect(bad.status == 2)
      #expect(
        bad.output.contains("--let:1:5: There is no column called Q. Known: n, loss."),
        "\(bad.output)")
    }
  }

  /// 150 groups, one of which has too few points.
  @Test func groups_many_areStreamedToFilesAndScreen() async throws {
    try await Sandbox.with { sandbox in
      var lines = ["token,n,loss"]
      for token in 0..<150 {
        for row in Self.rows.prefix(token == 3 ? 1 : 6) {
          lines.append("\(token),\(row.0),\(row.1)")
        }
      }
      try sandbox.write("t.csv", lines.joined(separator: "\n"))
      let common = ["fit", "t.csv", "--x", "n", "--y", "loss", "--by", "token", "--bootstrap", "0"]
      let screen = await sandbox.quanta(common)
      #expect(screen.status == 1, "\(screen.output)")
      #expect(screen.output.contains("150 groups: 149 fitted, 1 without a fit"), "\(screen.output)")
      let json = await sandbox.shell(
        "cd '\(sandbox.folder)' && '\(Sandbox.programs)/quanta' \(common.joined(separator: " ")) --json 2>/dev/null"
      )
      let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
      #expect((object?["groups"] as? [[String: Any]])?.count == 150)
      let rows = await sandbox.quanta(common + ["--output", "fits.jsonl"])
      #expect(rows.status == 1, "\(rows.output)")
      let objects = try sandbox.text(of: "fits.jsonl").split(separator: "\n").map { line in
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      }
      #expect(objects.count == 150 && objects[3]["refused"] is String)
      #expect((objects[149]["by"] as? [String: String]) == ["token": "149"])
      _ = await sandbox.quanta(common + ["--output", "fits.csv"])
      let text = sandbox.text(of: "fits.csv").split(separator: "\n")
      #expect(text.count == 151)
      #expect(text[0].hasPrefix("token,n,objective_value,clusters,converged,identified,b,b_se,"))
    }
  }
}
