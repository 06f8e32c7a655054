import Foundation
import LabSupport
import Testing

/// The README's "Add a workload", done literally to a copy of the sources.
@Suite(.timeLimit(.minutes(10)), .enabled(if: Relinking.isPossible, Relinking.reason))
struct AddWorkloadTests {
  @Test func aFolderAndALine_asTheReadmeSays_runTheDocumentedSweep() async throws {
    try await Sandbox.with { sandbox in
      let section = try ReadmeSection("Add a workload")
      var sandbox = sandbox
      sandbox.programs = sandbox.folder + "/programs"
      try addWorkload(section, to: sandbox)
      try await Relinking(
        sources: sandbox.folder + "/Sources/Workloads", programs: sandbox.programs
      ).run()
      try await runSweep(section, in: sandbox)
      try await resume(in: sandbox)
    }
  }

  /// One new file in one new folder, and one line in a list.
  private func addWorkload(_ section: ReadmeSection, to sandbox: Sandbox) throws {
    let files = FileManager.default
    try files.createDirectory(
      atPath: sandbox.folder + "/Sources", withIntermediateDirectories: true)
    try files.copyItem(
      atPath: ReadmeSection.root + "/Sources/Workloads",
      toPath: sandbox.folder + "/Sources/Workloads")
    let blocks = section.blocks(in: "swift")
    try #require(blocks.count == 2)
    let file = try #require(blocks[0].file)
    #expect(file.hasPrefix("Sources/Workloads/"))
    // Without intermediate folders, and only where there is none of that name.
    try files.createDirectory(
      atPath: (sandbox.folder + "/" + file as NSString).deletingLastPathComponent,
      withIntermediateDirectories: false)
    try sandbox.write(file, blocks[0].text)

    let registry = try #require(blocks[1].file)
    let lists = sandbox.text(of: registry).components(
      separatedBy: " all: [any Workload.Type] = [\n")
    try #require(lists.count == 2, "\(registry) has one list of that name")
    #expect(blocks[1].text.split(separator: "\n").count == 1)
    try sandbox.write(
      registry, lists.joined(separator: " all: [any Workload.Type] = [\n" + blocks[1].text))
  }

  private func runSweep(_ section: ReadmeSection, in sandbox: Sandbox) async throws {
    let sweep = try #require(section.blocks(in: "yaml").first)
    try sandbox.write(try #require(sweep.file), sweep.text)
    let schema = await sandbox.quanta("schema")
    #expect(schema.output.contains("\"quadratic-descent\""))
    #expect(schema.output.contains("Curvature k is k^-decay."))
    let plan = await sandbox.quanta("plan", "descent.yaml")
    #expect(plan.status == 0)
    #expect(plan.output.contains("descent: 14 jobs of quadratic-descent"), "\(plan.output)")
    let misspelt = await sandbox.quanta("run", "descent.yaml", "--set", "dekay=2")
    #expect(misspelt.status == 2)
    #expect(misspelt.output.contains("did you mean \"decay\"?"), "\(misspelt.output)")

    let command = try #require(section.blocks(in: "sh").first).text
    let run = await sandbox.shell(command)
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("descent: 14 done of 14 jobs"), "\(run.output)")
    try await checkFits(sandbox)
    let curves = await sandbox.quanta("export", "descent", "--what", "curves")
    #expect(curves.output.split(separator: "\n").count > 14 * 4, "a row every 16 steps")
  }

  /// The exponents are theory's, but for what a sum and an integral differ in.
  private func checkFits(_ sandbox: Sandbox) async throws {
    let fit = await sandbox.quanta("fit", "descent", "--json")
    let groups = try JSONSerialization.jsonObject(with: Data(fit.output.utf8))
    let found = (groups as? [[String: Any]] ?? []).map { group in
      let parameters = group["parameters"] as? [String: [String: Any]]
      return parameters?["c"]?["value"] as? Double ?? .nan
    }
    #expect(found.count == 2)
    #expect(zip(found, [1.0 / 2, 2.0 / 3]).allSatisfy { abs($0 - $1) < 0.01 }, "\(found)")
  }

  /// Stopped at a checkpoint and run again, a long job has the bits of an undisturbed one.
  private func resume(in sandbox: Sandbox) async throws {
    let arguments = [
      "run", "descent.yaml", "--set", "steps=100000", "--set", "decay=2", "--set",
      "weights=1000", "--replace",
    ]
    let run = try sandbox.start(arguments)
    try await sandbox.waitUntil("the job runs") {
      await sandbox.quanta("jobs", "--state", "running").output.contains("running")
    }
    run.interrupt()
    try await sandbox.waitUntil("it drains") { sandbox.text(of: "log").contains("draining") }
    run.interrupt()
    #expect(await run.end() == 130)
    let job = try await sandbox.firstJob("waiting")
    #expect(await sandbox.quanta(arguments).status == 0)
    let log = await sandbox.quanta("logs", job)
    #expect(log.output.contains("resumed after step"), "\(log.output)")
    let verified = await sandbox.quanta("verify", "descent", "--fraction", "1")
    #expect(verified.status == 0)
    #expect(verified.output.contains("1 of 1 rerun results agree"), "\(verified.output)")
  }
}
