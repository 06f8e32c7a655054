import Basics
import Kernels
import SweepModel
import Testing
import Training

@testable import Workloads

@Suite struct OmnigrokModaddTests {
  private func core(
    _ changes: [String: Value], threads: Int = 1, kernels: KernelSet = .best
  ) -> ModaddCore {
    let base: [String: Value] = [
      "p": .integer(16), "fraction": .real(0.97), "width": .integer(32), "heads": .integer(2),
      "hidden": .integer(21), "steps": .integer(1), "alpha": .real(1.5),
    ]
    let settings = ModaddSettings(
      parameters(of: OmnigrokModadd.self, base.merging(changes) { $1 }))
    let core = ModaddCore(settings: settings, threads: threads, kernels: kernels)
    core.initialise()
    return core
  }

  /// Two blocks, the second with 8 samples; a random part of the parameters of every factor.
  @Test func gradients_againstFiniteDifferences_agree() {
    let core = core([:])
    let loss = core.passes()
    var reference = DoubleModadd(core)
    #expect(reference.places.count == core.settings.shape.parameterCount)
    #expect(abs(loss - reference.loss()) < 1e-6)
    let factors = zip(ModaddFactor.allCases, core.settings.shape.places)
    let places = factors.flatMap { factor, size in
      [(size.rows - 1, size.columns - 1), (size.rows / 2, size.columns / 3)].map {
        reference.place(factor, $0.0, $0.1)
      }
    }
    let step = 1e-6
    for place in places {
      let value = reference.parameters[place]
      reference.parameters[place] = value + step
      let above = reference.loss()
      reference.parameters[place] = value - step
      let slope = (above - reference.loss()) / (2 * step)
      reference.parameters[place] = value
      #expect(abs(slope - Double(core.group.gradients[place])) < 1e-6, "place \(place)")
    }
  }

  @Test func training_onAnySetAndThreads_givesTheSameBits() {
    func trained(_ kernels: KernelSet, threads: Int) -> [UInt32] {
      let core = core(["mode": "landscape"], threads: threads, kernels: kernels)
      for step in 1...3 { core.run(step: step) }
      return core.group.parameters.elements(0..<core.group.parameters.count).map(\.bitPattern)
    }
    let expected = trained(.portable, threads: 1)
    for kernels in KernelSet.available {
      for threads in 1...3 {
        #expect(
          trained(kernels, threads: threads) == expected,
          "\(kernels.instructionSet), \(threads) threads")
      }
    }
  }

  @Test func parameterCount_ofThePublishedModel_isItsOwn() throws {
    let estimate = OmnigrokModadd.signature.estimate(
      parameters(of: OmnigrokModadd.self, ["steps": .integer(10)]))
    // 2·128·114 + 3·128 + 4·128² + 2·512·128 + 512 + 128.
    #expect(estimate.modelParameters == 226_816)
    #expect(estimate.samples == 3830)
  }

  @Test func validation_ofImpossibleShapes_saysWhatToSet() {
    func message(_ changes: [String: Value]) -> String? {
      OmnigrokModadd.signature.validate(
        parameters(of: OmnigrokModadd.self, changes.merging(["steps": 1]) { $1 })
      ).map {
        "\($0.parameter): \($0.message)"
      }
    }
    #expect(message([:]) == nil)
    #expect(
      message(["heads": .integer(3)])
        == "width: A width of 128 does not give 3 heads a multiple of 16 components each; set width "
        + "to a multiple of 48.")
    #expect(
      message(["fraction": .real(1)])
        == "fraction: Of 12769 pairs 12769 would train; both sets need some.")
  }

  /// A small modulus with the norm held: half of the test set is right soon after half of the
  /// training set, where chance is 1/31.
  @Test func training_atAHeldNorm_generalisesWithoutDelay() throws {
    let result = try OmnigrokModadd.run(
      parameters(
        of: OmnigrokModadd.self,
        [
          "p": .integer(31), "fraction": .real(0.8), "mode": .text("landscape"),
          "alpha": .real(0.8), "steps": .integer(400), "hidden": .integer(128),
          "width": .integer(64), "heads": .integer(2), "trainThreshold": .real(0.5),
          "testThreshold": .real(0.5),
        ]), in: MemoryContext())
    #expect(result.scalar("steps.train.reached") == 1)
    #expect(result.scalar("steps.test.reached") == 1)
    let delay = (result.scalar("steps.test") ?? .nan) - (result.scalar("steps.train") ?? .nan)
    #expect(delay <= 200)
    let norms = try #require(result.curve("norm")).values
    #expect(norms.allSatisfy { abs($0 / norms[0] - 1) < 1e-5 })
  }

  @Test func start_ofKeptWeights_isTheNetworkItself() throws {
    let trained = core([:])
    for step in 1...3 { trained.run(step: step) }
    let file = Safetensors(trained.tensors).bytes
    let other = core(["seed": .integer(7)])
    #expect(other.tensors != trained.tensors)
    let start = try ModaddStart(file, other.settings.shape)
    start.fill(ModaddFactors(other.settings.shape, other.group.parameters))
    #expect(other.tensors == trained.tensors)
    let set = "weights-\(file.count)-\(String(repeating: "0a", count: 32))"
    func problem(_ changes: [String: Value]) -> String? {
      let job: [String: Value] = [
        "p": 16, "width": 32, "heads": 2, "hidden": 21, "steps": 1, "start": .text(set),
      ]
      return OmnigrokModadd.problem(
        parameters(of: OmnigrokModadd.self, job.merging(changes) { $1 })
      ) { $0.name == set ? try? Safetensors(file) : nil }?.message
    }
    #expect(problem([:]) == nil && problem(["heads": 1, "p": 16]) == nil)
    #expect(
      problem(["p": 17])
        == "Weights of a transformer modulo 17 hold embedding.weight of [18, 32] numbers; these "
        + "have [17, 32].")
    #expect(throws: JobFailure.self) {
      try ModaddStart(Array(file.dropLast()), other.settings.shape)
    }
  }
}
