import Foundation
import LabSupport
import Testing

/// What leaves Quanta as files: of sweeps by `export`, `plot` and `report`, of any fit by
/// `fit --output`.
@Suite struct ExportTests {
  @Test func results_areExportedPlottedAndReported() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", selfTest(jobs: 5))
      #expect(await sandbox.quanta("run", "sweep.yaml", "--quiet").status == 0)
      let runs = await sandbox.quanta("export", "trial")
      #expect(runs.output.split(separator: "\n").count == 6)
      let heads = [
        "curves": "job,size,step,column,loss\n",
        "fits": "source,name,group,x,y,form,held,objective,",
        "residuals":
          "source,name,group,label,cluster,stratum,weight,x,y,prediction,log_residual,job,step,size\n",
        "draws": "source,name,group,resample,objective_value,b,c\n",
        "grid": "source,name,group,axis,x,fit,lo95,hi95\n",
      ]
      for (what, head) in heads {
        let export = await sandbox.quanta("export", "trial", "--what", what)
        #expect(export.output.hasPrefix(head), "\(what): \(export.output.prefix(200))")
      }
      let latex = await sandbox.quanta("export", "trial", "--what", "fits", "--format", "latex")
      #expect(latex.output.contains("\\toprule"))
      let json = await sandbox.quanta("export", "trial", "--what", "grid", "--format", "json")
      #expect(json.status == 2 && json.output.contains("grid is written as csv"))
      let plot = await sandbox.quanta("plot", "trial", "--output", "figures")
      #expect(plot.status == 0, "\(plot.output)")
      for name in ["c", "c-residuals", "c-profile", "c-cutoffs", "c-pairs"] {
        #expect(sandbox.text(of: "figures/trial-\(name).svg").hasPrefix("<svg"), "\(name)")
      }
      let none = await sandbox.quanta("plot", "trial", "--what", "emergence")
      #expect(none.status == 2 && none.output.contains("no losses of subtasks"), "\(none.output)")
      #expect(await sandbox.quanta("report", "trial").output == "trial.html")
      #expect(sandbox.text(of: "trial.html").contains("<h2>Diagnostics</h2>"))
      let fit = await sandbox.quanta("fit", "trial", "--bootstrap", "200", "--output", "fits")
      #expect(fit.output.contains("fits/c-fit.json\n") && sandbox.exists("fits/c-pairs.svg"))
    }
  }

  @Test func fitOfATable_intoAFolder_isEverythingAndHashesAsItsResidualsDo() async throws {
    try await Sandbox.with { sandbox in
      let rows = (1...12).map {
        "\(1 << $0),\(exp(-0.3 * Double($0) + 0.02 * sin(Double(7 * $0)))),r\($0 / 3)"
      }
      try sandbox.write("data.csv", (["n,loss,run"] + rows).joined(separator: "\n"))
      let fit = await sandbox.quanta(
        "fit", "data.csv", "--x", "n", "--y", "loss", "--cluster", "run", "--bootstrap", "200",
        "--x-range", "3..", "--output", "out/paper")
      #expect(fit.status == 0, "\(fit.output)")
      let names = [
        "fit.json", "parameters.csv", "residuals.csv", "draws.csv", "grid.csv", "fit.tex",
        "scaling.svg", "residuals.svg", "profile.svg", "cutoffs.svg", "pairs.svg",
      ]
      #expect(fit.output.hasSuffix(names.map { "out/paper/\($0)" }.joined(separator: "\n")))
      #expect(sandbox.files.filter { $0.hasPrefix("out/paper/") }.count == names.count)
      let script =
        "cd '\(sandbox.folder)' && '\(Sandbox.programs)/quanta' fit data.csv --x n --y loss "
        + "--bootstrap 0 --json --output again 2>paths"
      let printed = await Command.run(["sh", "-c", script])
      #expect(printed.output + "\n" == sandbox.text(of: "again/fit.json"))
      #expect(sandbox.text(of: "paths").hasPrefix("again/fit.json\n"))

      let json = try #require(
        JSONSerialization.jsonObject(with: Data(sandbox.text(of: "out/paper/fit.json").utf8))
          as? [String: Any])
      let rules = try #require((json["filters"] as? [String: Any])?["rules"] as? [[String: Any]])
      #expect(rules[0]["rule"] as? String == "n >= 3" && rules[0]["leftOut"] as? Int == 1)
      let residuals = sandbox.text(of: "out/paper/residuals.csv").split(separator: "\n").dropFirst()
        .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      #expect(residuals.count == 11)
      var bytes = Data("quanta points 1\n".utf8)
      for count in [residuals.count, 1] { bytes.append(word: UInt64(count)) }
      for row in residuals {
        // x, y and weight; cluster and stratum.
        for column in [7, 8, 6] { bytes.append(word: (Double(row[column]) ?? 0).bitPattern) }
        for column in [4, 5] { bytes.append(word: UInt64(row[column]) ?? 0) }
      }
      try bytes.write(to: URL(fileURLWithPath: "\(sandbox.folder)/points"))
      let hash = await Command.run(["sha256sum", "\(sandbox.folder)/points"])
      #expect(
        json["dataHash"] as? String == hash.output.split(separator: " ").first.map(String.init))
    }
  }

  @Test func fit_outputThatCannotBe_isRefused() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("data.csv", "n,loss,c\n1,1,1\n4,0.5,1\n16,0.25,1\n")
      try sandbox.write("file", "")
      let common = ["fit", "data.csv", "--x", "n", "--y", "loss", "--bootstrap", "0"]
      let blocked = await sandbox.quanta(common + ["--output", "file/deeper"])
      #expect(
        blocked.status == 2 && blocked.output.contains("the folder file/deeper cannot be made"))
    }
  }
}

extension Data {
  /// Eight bytes in little-endian order.
  fileprivate mutating func append(word: UInt64) {
    for byte in 0..<8 { append(UInt8(truncatingIfNeeded: word >> UInt64(8 * byte))) }
  }
}
