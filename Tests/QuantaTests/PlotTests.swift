import Foundation
import LabSupport
import Testing

/// `quanta plot` and `report`: formats and widths, what cannot be drawn, and holes.
@Suite struct PlotTests {
  private static let fits = """
    name: trial
    workload: self-test
    settings: {steps: 3}
    grid: {size: {range: [10, 16]}, seed: [0, 1]}
    fits:
      bad: {x: size, y: parameters}
      c: {x: size, y: loss.final}
    """

  /// Makes the fit ask for a number that no result holds, as stores hold that were made before a
  /// sweep file's fits were held against what workloads record.
  private static func age(_ sandbox: Sandbox) async {
    let script = """
      import sqlite3
      db = sqlite3.connect("\(sandbox.folder)/quanta-store/store.sqlite")
      db.execute("UPDATE sweep SET fits = replace(fits, ?, ?)", ('"parameters"', '"loss.nothing"'))
      db.commit()
      """
    let result = await Command.run(["python3", "-c", script])
    #expect(result.status == 0, "\(result.output)")
  }

  private static var hasConverter: Bool {
    Command.runBlocking(["rsvg-convert", "--version"]).status == 0
  }

  @Test func fitThatCannotBeMade_isLeftOutWithASentence() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", Self.fits)
      _ = await sandbox.quanta("run", "sweep.yaml", "--quiet")
      await Self.age(sandbox)
      let sentence = "The fit bad is left out: No finished job has a number called loss.nothing."
      let report = await sandbox.quanta("report", "trial")
      #expect(report.status == 0, "\(report.output)")
      let html = sandbox.text(of: "trial.html")
      #expect(html.contains("<h2>Left out</h2>") && html.contains(sentence))
      #expect(html.contains("<title>trial: c</title>") && html.contains("c: profile likelihood"))
      let plot = await sandbox.quanta("plot", "trial", "--output", "figures")
      #expect(plot.status == 0 && plot.output.contains(sentence), "\(plot.output)")
      #expect(sandbox.exists("figures/trial-c.svg") && sandbox.exists("figures/trial-curves.svg"))
    }
  }

  @Test(.enabled(if: hasConverter, "rsvg-convert (Debian: librsvg2-bin) is not installed"))
  func figures_ofAWidth_areAsWideInEveryFormat() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", Self.fits)
      _ = await sandbox.quanta("run", "sweep.yaml", "--quiet")
      for (width, pixels) in [("3.3in", 990), ("84mm", 992), ("8.4cm", 992), ("252pt", 1050)] {
        let plot = await sandbox.quanta(
          "plot", "trial", "--what", "scaling", "--format", "png", "--width", width, "--no-title")
        #expect(plot.output.hasSuffix("./trial-c.png"), "\(plot.output)")
        let png = try Data(contentsOf: URL(fileURLWithPath: "\(sandbox.folder)/trial-c.png"))
        // The width in a PNG's header, bytes 16 to 19.
        let found = png[16..<20].reduce(0) { $0 << 8 | Int($1) }
        #expect(abs(found - pixels) <= 1, "\(width): \(found)")
      }
      let pdf = await sandbox.quanta("plot", "trial", "--format", "pdf", "--width", "3.3in")
      #expect(pdf.status == 0, "\(pdf.output)")
      for name in ["c", "c-residuals", "c-profile", "c-cutoffs", "c-pairs", "curves"] {
        let file = "\(sandbox.folder)/trial-\(name).pdf"
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(bytes.prefix(5) == Data("%PDF-".utf8), "\(name)")
      }
    }
  }

  @Test func svg_ofAWidthWithoutTitle_saysSo() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write("sweep.yaml", Self.fits)
      _ = await sandbox.quanta("run", "sweep.yaml", "--quiet")
      _ = await sandbox.quanta(
        "plot", "trial", "--what", "scaling", "--width", "3.3in", "--no-title")
      let svg = sandbox.text(of: "trial-c.svg")
      #expect(svg.contains(" width=\"3.3in\" ") && !svg.contains(">trial: c</text>"))
      #expect(svg.contains("<title>trial: c</title>"), "for screen readers")
      for wrong in ["3.3", "0.2in", "3in in", "-3in", "nanin", "100in", ""] {
        let plot = await sandbox.quanta("plot", "trial", "--width=\(wrong)")
        #expect(plot.status == 2 && plot.output.contains("--width"), "\(wrong): \(plot.output)")
      }
    }
  }

  @Test func holes_endEveryCommandOfFitsAlike() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml",
        """
        name: trial
        workload: self-test
        grid:
          points:
            - {size: 10, seed: 0, ending: result}
            - {size: 20, seed: 0, ending: result}
            - {size: 40, seed: 0, ending: result}
            - {size: 80, seed: 0, ending: failure}
        retries: {max: 0}
        fits: {c: {x: size, y: loss.final}}
        """)
      #expect(await sandbox.quanta("run", "sweep.yaml", "--quiet").status == 1)
      for command in [["fit", "trial"], ["report", "trial"], ["plot", "trial"]] {
        let result = await sandbox.quanta(command)
        #expect(
          result.status == 1 && result.output.contains("1 of 4 points missing"),
          "\(command): \(result.output)")
        let accepted = await sandbox.quanta(command + ["--allow-incomplete"])
        #expect(accepted.status == 0, "\(command): \(accepted.output)")
      }
      #expect(sandbox.exists("trial.html") && sandbox.exists("trial-c.svg"))
    }
  }
}
