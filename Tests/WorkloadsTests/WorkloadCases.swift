import SweepModel
import Testing

@testable import Workloads

/// Complete parameters of a workload: the defaults with some replaced.
func parameters(of workload: any Workload.Type, _ changes: [String: Value]) -> Parameters {
  workload.signature.parameters(changes)
}

/// What must hold of every workload that trains step by step, for one job of a few steps.
struct WorkloadCase: Sendable, CustomTestStringConvertible {
  let workload: any Workload.Type
  let changes: [String: Value]
  let parameters: Parameters
  let testDescription: String

  init(workload: any Workload.Type, changes: [String: Value]) {
    self.workload = workload
    self.changes = changes
    parameters = workload.signature.parameters(changes)
    testDescription = "\(workload) \(changes.keys.sorted())"
  }

  /// The workload's own sample, cut short.
  init(sampleOf workload: any Workload.Type) {
    self.workload = workload
    var sample = workload.sample
    sample["steps"] = .integer(min(23, sample.integer("steps")))
    changes = Dictionary(uniqueKeysWithValues: sample.entries.map { ($0.name, $0.value) })
    parameters = sample
    testDescription = "\(workload) sample"
  }

  var steps: Int { parameters.integer("steps") }

  func run(_ context: MemoryContext = MemoryContext()) throws -> JobResult {
    try workload.run(parameters, in: context)
  }

  /// Kills and stops the job at random, with random threads, until it ends; returns its result.
  func runWithKills(seed: UInt64) throws -> JobResult {
    var state = seed
    func draw(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    var checkpoint: [UInt8]?
    var kills = 0
    while true {
      let context = MemoryContext(
        threads: 1 + draw(3), checkpoint: checkpoint,
        stopsAfter: 1 + draw(UInt64(max(3, steps / 3))),
        checkpointInterval: 1 + draw(4))
      context.isKill = draw(2) == 0
      do {
        let result = try run(context)
        #expect(kills > 0, "seed \(seed)")
        return result
      } catch  where error is JobStopped || error is Killed {
        kills += 1
        checkpoint = context.checkpoint
      }
    }
  }

  /// The sample of every workload that trains, and what some of them have beside.
  static let all: [WorkloadCase] =
    samples + additions + teachers + images + modadds
    + compositions

  static let samples = WorkloadRegistry.all.filter { $0.benchmark != nil }
    .map(WorkloadCase.init(sampleOf:))

  static let parity = WorkloadCase(
    workload: SparseParity.self,
    changes: [
      "width": .integer(8), "steps": .integer(9), "tasks": .integer(3), "bits": .integer(8),
      "batch": .integer(16), "logEvery": .integer(3), "evaluationSamples": .integer(64),
      "evaluationBase": .integer(8),
    ])

  static let compositions = [
    [:], ["trainAtoms": .flag(false), "depth": .integer(2)],
    ["activation": .text("gelu"), "weightDecay": .real(0.1), "depth": .integer(4)],
  ].map { (changes: [String: Value]) in
    WorkloadCase(
      workload: CompositionalParity.self,
      changes: [
        "atoms": .integer(5), "bits": .integer(70), "composites": .text("1+2+4 3+5"),
        "width": .integer(37), "samplesPerCode": .integer(300), "steps": .integer(23),
        "logEvery": .integer(5), "evaluationSamples": .integer(90), "learningRate": .real(0.01),
      ].merging(changes) { $1 })
  }

  static let modadds = [[:], ["mode": .text("landscape"), "weightDecay": .real(1)]].map {
    (changes: [String: Value]) in
    WorkloadCase(
      workload: OmnigrokModadd.self,
      changes: [
        "steps": .integer(23), "logEvery": .integer(4), "p": .integer(7), "width": .integer(32),
        "heads": .integer(2), "hidden": .integer(33),
      ].merging(changes) { $1 })
  }

  static let images = [
    [:], ["mode": .text("landscape"), "alpha": .real(2.5), "batch": .integer(5)],
    ["depth": .integer(1), "weightDecay": .real(0.3), "trainNum": .integer(3)],
    ["activation": .text("gelu"), "depth": .integer(4)],
    ["logGrowth": .real(0.4), "logEvery": .integer(6), "evaluationImages": .integer(19)],
  ].map { (changes: [String: Value]) in
    WorkloadCase(
      workload: OmnigrokImages.self,
      changes: [
        "images": .text("5x7x10-43-21-" + String(repeating: "a", count: 64)),
        "trainNum": .integer(37), "batch": .integer(11), "width": .integer(33),
        "steps": .integer(23), "logGrowth": .real(10), "logEvery": .integer(4),
      ].merging(changes) { $1 })
  }

  static let teachers = [
    [:], ["mode": .text("landscape"), "alpha": .real(2.5), "trainNum": .integer(33)],
    ["depth": .integer(1), "weightDecay": .real(0.3), "inputs": .integer(19)],
    ["activation": .text("gelu"), "depth": .integer(4)],
  ].map { (changes: [String: Value]) in
    WorkloadCase(
      workload: OmnigrokTeacher.self,
      changes: ["steps": .integer(23), "logEvery": .integer(4), "width": .integer(33)]
        .merging(changes) { $1 })
  }

  static let additions = [
    [:],
    ["objective": .text("crossEntropy"), "decoderDecay": .real(2), "embeddingDecay": .real(0.5)],
    ["batch": .integer(17), "reprsDim": .integer(3)],
    ["p": .integer(3), "trainNum": .integer(2), "width": .integer(7), "depth": .integer(2)],
    ["depth": .integer(1), "trainNum": .integer(54), "batch": .integer(54)],
  ].map { (changes: [String: Value]) in
    WorkloadCase(
      workload: GrokkingAddition.self,
      changes: ["steps": .integer(23), "logEvery": .integer(4), "width": .integer(33)]
        .merging(changes) { $1 })
  }
}

@Suite struct TrainingJobTests {
  @Test(arguments: WorkloadCase.all)
  func result_forAnyNumberOfThreads_isTheSameBits(test: WorkloadCase) throws {
    let single = try test.run()
    for threads in [2, 3, 8] {
      #expect(try test.run(MemoryContext(threads: threads)) == single, "\(threads) threads")
    }
  }

  @Test(arguments: WorkloadCase.all)
  func result_afterRandomKillsAndResumes_isTheSameBits(test: WorkloadCase) throws {
    let seed = UInt64.random(in: 0..<1 << 32)
    print("result_afterRandomKillsAndResumes: seed \(seed)")
    #expect(try test.runWithKills(seed: seed) == test.run(), "seed \(seed)")
  }

  @Test(arguments: WorkloadCase.all)
  func result_ofAnotherSeed_differs(test: WorkloadCase) throws {
    let other = WorkloadCase(
      workload: test.workload, changes: test.changes.merging(["seed": .integer(99)]) { $1 })
    #expect(try other.run() != test.run())
  }

  @Test(arguments: WorkloadCase.all)
  func checkpoint_cutOrChangedAnywhere_isRefusedOrResumed(test: WorkloadCase) throws {
    let stop = min(10, test.steps / 2)
    let context = MemoryContext(stopsAfter: stop)
    #expect(throws: JobStopped.self) { try test.run(context) }
    let good = try #require(context.checkpoint)
    let expected = try test.run()
    for count in Array(stride(from: 0, to: good.count, by: good.count / 11)) + [good.count - 1] {
      let next = MemoryContext(checkpoint: Array(good[..<count]))
      #expect(try test.run(next) == expected)
      #expect(next.lines.first?.hasPrefix("the checkpoint cannot be used") == true)
    }
    let next = MemoryContext(checkpoint: good)
    #expect(try test.run(next) == expected)
    #expect(next.lines == ["resumed after step \(stop) of \(test.steps)"])
    // Lengths that are too large, wherever a length may stand.
    for place in stride(from: 32, to: good.count - 8, by: 8 * (1 + good.count / 800)) {
      var bytes = good
      bytes[place + 6] = 0x7F
      _ = try? test.run(MemoryContext(checkpoint: bytes, stopsAfter: 1))
    }
  }

  @Test(arguments: WorkloadCase.all)
  func estimate_ofASmallJob_isPositiveAndItsTimingJobIsShort(test: WorkloadCase) throws {
    let estimate = test.workload.signature.estimate(test.parameters)
    #expect(estimate.cpuSeconds > 0 && estimate.memoryBytes > 1 << 20)
    #expect(estimate.modelParameters > 0 && estimate.samples > 0)
    #expect(test.workload.signature.validate(test.parameters) == nil)
    let workload = test.workload
    let found = workload.timingJob(test.parameters, cpuSeconds: 0.5)
    let timing = try #require(found)
    let predicted = test.workload.signature.estimate(timing).cpuSeconds
    #expect(abs(predicted / 0.5 - 1) < 0.1)
  }
}
