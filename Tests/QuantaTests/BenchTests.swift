import Foundation
import LabSupport
import Testing

/// `quanta-lab bench` at a size that takes no time, so that it never rots.
@Suite struct BenchTests {
  private struct Line: Decodable {
    var width: Int
    var jobs: Int
    var threads: Int
    var instructionSet: String
    var stepMilliseconds: Double
    var evaluationMilliseconds: Double
    var samplesPerSecond: Int
    var resultHash: String
    var machine: String
    var commit: String?

    enum CodingKeys: String, CodingKey {
      case width, jobs, threads, instructionSet, machine, commit
      case stepMilliseconds = "step_ms"
      case evaluationMilliseconds = "evaluation_ms"
      case samplesPerSecond = "samples_per_second"
      case resultHash = "result_hash"
    }
  }

  private func bench(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> [Line] {
    let small = [
      "--set", "tasks=12", "--set", "bits=30", "--set", "batch=1500", "--steps", "4", "--warmup",
      "1",
    ]
    let result = await Command.run(
      [Sandbox.programs + "/quanta-lab", "bench", "train", "sparse-parity"] + small + arguments,
      environment: environment)
    #expect(result.status == 0, "\(result.output)")
    return try result.output.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
  }

  @Test func parity_asJSON_printsALineAWidth() async throws {
    let lines = try await bench([
      "--set", "width=5,20", "--threads", "2", "--json", "--commit", "abc",
    ])
    #expect(lines.map(\.width) == [5, 20])
    for line in lines {
      #expect(line.jobs == 1 && line.threads == 2 && line.commit == "abc")
      #expect(line.stepMilliseconds > 0 && line.evaluationMilliseconds > 0)
      #expect(line.samplesPerSecond > 0 && !line.machine.isEmpty)
      #expect(line.resultHash.count == 16)
    }
  }

  /// One hash for every instruction set and number of threads, the promise of the kernels.
  @Test(arguments: ["portable", "avx2", "avx512"])
  func parity_onEveryInstructionSet_trainsTheSameBits(set: String) async throws {
    let probe = await Command.run(
      [
        Sandbox.programs + "/quanta-lab", "bench", "train", "sparse-parity", "--set",
        "width=3", "--set", "batch=64", "--steps", "1",
      ], environment: ["QUANTA_INSTRUCTION_SET": set])
    guard probe.status == 0 else { return }
    let expected = try await bench(
      ["--set", "width=20", "--json"], environment: ["QUANTA_INSTRUCTION_SET": "portable"])
    for threads in ["1", "3"] {
      let lines = try await bench(
        ["--set", "width=20", "--threads", threads, "--json"],
        environment: ["QUANTA_INSTRUCTION_SET": set])
      #expect(lines.map(\.instructionSet) == [set])
      #expect(lines.map(\.resultHash) == expected.map(\.resultHash))
    }
  }

  @Test func parity_withTwoJobs_countsTheSamplesOfBoth() async throws {
    let lines = try await bench(["--set", "width=5", "--jobs", "2", "--json"])
    let line = try #require(lines.first)
    let expected = 2 * 1500 / (line.stepMilliseconds * 1e-3)
    #expect(abs(Double(line.samplesPerSecond) / expected - 1) < 0.01)
  }

  @Test(arguments: ["mse", "crossEntropy"])
  func grokking_asJSON_trainsTheSameBitsOnEverySet(objective: String) async throws {
    var hashes: Set<String> = []
    for set in ["portable", "avx2", "avx512"] {
      let result = await Command.run(
        [
          Sandbox.programs + "/quanta-lab", "bench", "train", "grokking-addition", "--steps", "3",
          "--warmup", "1", "--set", "objective=\(objective)", "--jobs", "2", "--evaluations", "1",
          "--json",
        ], environment: ["QUANTA_INSTRUCTION_SET": set])
      guard result.status == 0 else { continue }
      let line = try JSONDecoder().decode(Line.self, from: Data(result.output.utf8))
      #expect(line.width == 200 && line.jobs == 2 && line.instructionSet == set)
      #expect(line.stepMilliseconds > 0 && line.evaluationMilliseconds > 0)
      hashes.insert(line.resultHash)
    }
    #expect(hashes.count == 1)
  }

  @Test(arguments: [
    ["omnigrok-modadd", "--set", "p=11"],
    ["omnigrok-images", "--set", "width=128", "--set", "batch=40"],
    ["omnigrok-teacher", "--set", "width=128"],
  ])
  func core_asJSON_trainsTheSameBitsOnEverySet(command: [String]) async throws {
    var hashes: Set<String> = []
    for set in ["portable", "avx2", "avx512"] {
      let result = await Command.run(
        [Sandbox.programs + "/quanta-lab", "bench", "train"] + command + [
          "--steps", "2", "--warmup", "1", "--threads", "2", "--evaluations", "1", "--json",
        ], environment: ["QUANTA_INSTRUCTION_SET": set])
      guard result.status == 0 else { continue }
      let line = try JSONDecoder().decode(Line.self, from: Data(result.output.utf8))
      #expect(line.width == 128 && line.threads == 2 && line.instructionSet == set)
      #expect(line.stepMilliseconds > 0 && line.evaluationMilliseconds > 0)
      hashes.insert(line.resultHash)
    }
    #expect(hashes.count == 1)
  }

  private struct Dispatch: Decodable {
    var kind: String
    var jobs: Int
    var jobsPerSecond: Int
    var descriptors: [Int]
    var residentBytes: [Int]

    enum CodingKeys: String, CodingKey {
      case kind, jobs, descriptors
      case jobsPerSecond = "jobs_per_second"
      case residentBytes = "resident_bytes"
    }
  }

  /// Every job is recorded, and neither descriptors nor memory grow with the jobs: SQLite's cache
  /// may take 64 MiB.
  @Test func dispatch_asJSON_recordsEveryJobAndStaysFlat() async throws {
    let result = await Command.run(
      [Sandbox.programs + "/quanta-lab", "bench", "dispatch", "--jobs", "10000", "--json"])
    #expect(result.status == 0, "\(result.output)")
    let lines = try result.output.split(separator: "\n").map {
      try JSONDecoder().decode(Dispatch.self, from: Data($0.utf8))
    }
    #expect(lines.map(\.kind) == ["in-process", "process"])
    #expect(lines.map(\.jobs) == [10_000, 1000])
    for line in lines {
      #expect(line.jobsPerSecond > 0)
      let (first, last) = (try #require(line.descriptors.first), line.descriptors.last ?? 0)
      #expect(last <= first + 4, "\(line.descriptors)")
      let (before, after) = (try #require(line.residentBytes.first), line.residentBytes.last ?? 0)
      #expect(after - before < 96 << 20, "\(line.residentBytes)")
    }
  }

  @Test func fit_asJSON_convergesEverywhere() async throws {
    struct Line: Decodable {
      var points: Int
      var resamples: Int
      var unconverged: Int
      var seconds: Double
    }
    let result = await Command.run(
      [
        Sandbox.programs + "/quanta-lab", "bench", "fit", "--resamples", "200", "--runs", "1",
        "--json",
      ])
    let line = try JSONDecoder().decode(Line.self, from: Data(result.output.utf8))
    #expect(line.points == 240 && line.resamples == 200 && line.unconverged == 0)
    #expect(line.seconds > 0)
  }

  @Test func coverage_ofTwoSweeps_printsTheTable() async {
    let result = await Command.run(
      [
        Sandbox.programs + "/quanta-lab", "bench", "coverage", "--sweeps", "2", "--resamples",
        "100",
      ])
    #expect(result.status == 0, "\(result.output)")
    #expect(result.output.split(separator: "\n").count == 15)
  }

  @Test func parity_withAWordForAWidth_saysSo() async {
    let result = await Command.run(
      [Sandbox.programs + "/quanta-lab", "bench", "train", "sparse-parity", "--set", "width=ten"])
    #expect(result.status != 0)
    #expect(result.output.contains("--set width=ten"), "\(result.output)")
  }
}
