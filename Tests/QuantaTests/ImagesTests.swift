import Foundation
import LabSupport
import Testing

/// Sweeps over images that lie in a folder of IDX files.
@Suite(.timeLimit(.minutes(10))) struct ImagesTests {
  private static let sweep = """
    name: pictures
    workload: omnigrok-images
    settings: {images: ./mine, trainNum: 6, batch: 4, width: 16, steps: 200}
    grid: {alpha: [1, 4], seed: [0, 1]}
    """

  private func withImages(_ body: (Sandbox, inout SmallImages) async throws -> Void) async throws {
    try await Sandbox.with { sandbox in
      var images = try SmallImages(path: sandbox.folder + "/mine")
      try images.write(gzips: true)
      try sandbox.write("sweep.yaml", Self.sweep)
      try await body(sandbox, &images)
    }
  }

  @Test func run_onAFolder_keepsTheImagesInTheStoreAndEveryResult() async throws {
    try await withImages { sandbox, images in
      let plan = await sandbox.quanta("plan", "sweep.yaml", "--uncalibrated")
      #expect(plan.status == 0 && plan.output.contains("4 jobs of omnigrok-images"), "\(plan)")
      #expect(!sandbox.exists("quanta-store"), "a plan writes nothing")
      let run = await sandbox.quanta("run", "sweep.yaml")
      #expect(run.status == 0, "\(run.output)")
      let kept = try FileManager.default.contentsOfDirectory(
        atPath: sandbox.folder + "/quanta-store/data")
      #expect(kept.count == 1)
      let hash = try #require(kept.first)
      let runs = await sandbox.quanta("export")
      #expect(runs.output.contains("3x2x3-6-2-\(hash)"), "\(runs.output)")
      #expect(runs.output.split(separator: "\n").count == 5)
      // A stored sweep needs its folder no more, nor does another one in its place mislead it; it
      // may also be long ago.
      images.files[0][20] ^= 1
      try images.write(gzips: true)
      for folder in ["quanta-store/data", "home/.quanta/data"] {
        try FileManager.default.setAttributes(
          [.modificationDate: Date(timeIntervalSinceNow: -100 * 86_400)],
          ofItemAtPath: "\(sandbox.folder)/\(folder)/\(hash)")
      }
      let table = await sandbox.resultTable()
      for command in [["resume"], ["verify", "--fraction", "1"], ["plan", "pictures"]] {
        let later = await sandbox.quanta(command)
        #expect(later.status == 0, "\(command) \(later.output)")
      }
      #expect(await sandbox.resultTable() == table)
    }
  }

  @Test func run_onABadFolder_namesFileAndPlaceAndWritesNothing() async throws {
    try await withImages { sandbox, images in
      let before = sandbox.files
      images.files[1].removeLast()
      try images.write(gzips: true)
      let cut = await sandbox.quanta("run", "sweep.yaml")
      #expect(cut.status == 2)
      #expect(cut.output.contains("sweep.yaml:3:12: \"images\": "), "\(cut.output)")
      #expect(cut.output.contains("mine/train-labels-idx1-ubyte.gz is truncated"), "\(cut.output)")
      let missing = await sandbox.quanta("run", "sweep.yaml", "--set", "images=./others")
      #expect(missing.status == 2)
      #expect(missing.output.contains("there is no folder ./others"), "\(missing.output)")
      let typo = await sandbox.quanta("run", "sweep.yaml", "--set", "images=fasion-mnist")
      #expect(typo.output.contains("did you mean \"fashion-mnist\"?"), "\(typo.output)")
      #expect(sandbox.files == before)
    }
  }

  @Test(.enabled(if: Lab.isAvailable, Lab.reason))
  func run_onAHost_shipsTheImagesAndGivesTheBitsOfLocalCores() async throws {
    try await Lab.withHosts(1) { lab in
      try await withImages { sandbox, _ in
        try sandbox.write(
          "cluster.yaml", "defaults: {config: \(lab.configFile)}\nhosts: [h1]\n")
        let local = await sandbox.quanta("run", "sweep.yaml", "--store", "local")
        #expect(local.status == 0, "\(local.output)")
        let remote = await sandbox.quanta("run", "sweep.yaml", "--cluster", "cluster.yaml")
        #expect(remote.status == 0, "\(remote.output)")
        #expect(await sandbox.resultTable() == sandbox.resultTable(store: "local"))
        let verified = await sandbox.quanta(
          "verify", "--fraction", "1", "--cluster", "cluster.yaml", "--json")
        #expect(verified.output.contains("\"agreeing\" : 4"), "\(verified.output)")
      }
    }
  }
}
