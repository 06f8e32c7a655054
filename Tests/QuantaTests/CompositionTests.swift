import Foundation
import LabSupport
import Testing

/// Parities composed of others, from the sweep file to what they use.
@Suite(.timeLimit(.minutes(10))) struct CompositionTests {
  private func json(_ result: Command.Result) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
    return try #require(object as? [String: Any])
  }

  /// Five networks that learn within seconds; bounds hold for each, none was chosen.
  @Test func composites_areAttributedBesideTheirAtoms() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml",
        """
        name: composed
        workload: compositional-parity
        settings: {atoms: 4, bits: 8, subset: 2, composites: 1+2 3+4, width: 32, samplesPerCode: 64,
          steps: 2000, logEvery: 1000, learningRate: 0.004}
        grid: {seed: [0, 1, 2, 3, 4]}
        keep: {weights: 6}
        """)
      let run = await sandbox.quanta("run", "sweep.yaml", "--quiet")
      #expect(run.status == 0, "\(run.output)")
      let ask = ["analyze", "attribute", "composed", "--trusted", "300", "--samples", "200"]
      let found = await sandbox.quanta(ask + ["--json"])
      #expect(found.status == 0, "\(found.output)")
      let jobs = try #require(try json(found)["jobs"] as? [[String: Any]])
      #expect(jobs.count == 5)
      for job in jobs {
        let right = try #require(job["right"] as? [String: Double])
        #expect(right["byNeighbour"] ?? 0 > 0.9, "\(right)")
        let study = try #require(job["composition"] as? [String: Any])
        let atoms = try #require(study["atoms"] as? [String: Double])
        let composites = try #require(study["composites"] as? [String: Double])
        let units = try #require(study["units"] as? [String: Double])
        #expect(study["known"] as? Int == 4)
        #expect(atoms["chance"] == 0.25 && composites["chance"] == 0.5)
        // Seeds 0…4 had 0.84…0.94 and 0.96…1; composites 0.72…0.88 and 0.84…0.98; units 0.51…0.66 with
        // own atoms and −0.22…0.17 with others.
        #expect(atoms["precision"] ?? 0 > 0.75 && atoms["recall"] ?? 0 > 0.9, "\(atoms)")
        #expect(composites["precision"] ?? 0 > 0.6, "\(composites)")
        #expect(composites["area"] ?? 0 > 0.75, "\(composites)")
        for name in ["recall", "exact", "residual"] {
          #expect((0...1).contains(composites[name] ?? -1), "\(name): \(composites)")
        }
        #expect((units["own"] ?? 0) - (units["others"] ?? 0) > 0.2, "\(units)")
        #expect(units["checkOfAtoms"] ?? 0 > 0.5 && units["checkOfComposites"] ?? 0 > 0.5)
      }
      let text = await sandbox.quanta(ask)
      #expect(text.output.contains("samples of 4 control bits"), "\(text.output)")
      let quanta = await sandbox.quanta(
        "analyze", "quanta", "composed", "--samples", "300", "--json", "--recipe", "loss")
      let first = try #require((try json(quanta)["jobs"] as? [[String: Any]])?.first)
      #expect(
        first["codes"] as? [[Int]] == [[1], [2], [3], [4], [1, 2], [3, 4]]
          && first["trueCount"] as? Int == 6)
      let drawn = await sandbox.quanta(
        "analyze", "quanta", "composed", "--samples", "300", "--output", "figures")
      #expect(drawn.status == 0 && drawn.output.contains("of 6 codes"), "\(drawn.output)")
      #expect(sandbox.files.count { $0.hasPrefix("figures/composed-emergence-") } == 5)
      let anomalies = await sandbox.quanta("analyze", "anomalies", "composed")
      #expect(
        anomalies.status != 0 && anomalies.output.contains("networks of sparse-parity"),
        "\(anomalies.output)")
      #expect(await sandbox.quanta("report", "composed", "--output", "page.html").status == 0)
      let verify = await sandbox.quanta("verify", "composed", "--fraction", "0.4")
      #expect(verify.status == 0, "\(verify.output)")
    }
  }

  @Test func wrongComposites_areShownWhereTheyStand() async throws {
    try await Sandbox.with { sandbox in
      try sandbox.write(
        "sweep.yaml",
        """
        name: composed
        workload: compositional-parity
        settings: {width: 8, steps: 10, composites: 1+2 2+9}
        """)
      let run = await sandbox.quanta("run", "sweep.yaml", "--quiet")
      #expect(run.status != 0 && run.output.contains("sweep.yaml:3:"), "\(run.output)")
      #expect(run.output.contains("2+9 names control bit 9, but they are 1 to 6"))
    }
  }
}
