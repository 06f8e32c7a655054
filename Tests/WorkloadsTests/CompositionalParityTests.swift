import Basics
import Kernels
import SweepModel
import Testing
import Training

@testable import Workloads

/// Parities of several subsets at once; what holds of every workload is in ``TrainingJobTests``.
@Suite struct CompositionalParityTests {
  private static let base = WorkloadCase.compositions[0]

  private func parameters(_ changes: [String: Value] = [:]) -> Parameters {
    CompositionalParity.signature.parameters(Self.base.changes.merging(changes) { $1 })
  }

  private func message(_ changes: [String: Value]) -> String? {
    CompositionalParity.signature.validate(parameters(changes)).map {
      "\($0.parameter): \($0.message)"
    }
  }

  @Test(arguments: [0, 1, 77]) func subsets_ofAnySeed_shareNoBit(seed: Int) {
    let settings = CompositionSettings(parameters(["seed": .integer(seed)]))
    let atoms = settings.subsets.prefix(5)
    #expect(atoms.allSatisfy { $0.count == 3 && $0 == $0.sorted() })
    #expect(Set(atoms.joined()).count == 15 && atoms.joined().allSatisfy { (0..<70).contains($0) })
    #expect(settings.codes == [[0], [1], [2], [3], [4], [0, 1, 3], [2, 4]])
    #expect(settings.subsets[5] == (atoms[0] + atoms[1] + atoms[3]).sorted())
    let other = CompositionSettings(parameters(["seed": .integer(seed + 1)]))
    #expect(settings.subsets != other.subsets)
  }

  /// Labels by the definition, from single atoms' bits alone; every code has its samples.
  @Test(arguments: [true, false]) func batch_ofAnyStep_hasEachCodesSamples(atoms: Bool) throws {
    let settings = CompositionSettings(parameters(["trainAtoms": .flag(atoms)]))
    let input = settings.shape.input
    let drawing = BatchDrawing(
      samples: ParitySamples(
        layout: input, frequencies: settings.frequencies, subsets: settings.subsets,
        taskStream: ParityStream.trainingTasks.of(settings.seed),
        bitStream: ParityStream.trainingBits.of(settings.seed)),
      batch: BinaryBatch(layout: input, samples: settings.batchCapacity, transposed: true),
      kernels: .best)
    drawing.arrange(tasks: try #require(settings.arranged)[...])
    var seen: Set<[UInt64]> = []
    for step in [1, 2, 900] {
      let batch = settings.batch(step: step)
      #expect(batch.count == (atoms ? 7 : 2) * 300)
      drawing.number(from: batch.first)
      drawing.drawBits(0..<batch.count)
      var counts = [Int](repeating: 0, count: 7)
      for place in 0..<batch.count {
        let words = (0..<2).map { drawing.batch.rows[place * 2 + $0] }
        seen.insert(words)
        let task = Int(drawing.batch.tasks[place])
        counts[task] += 1
        let parities = settings.codes[task].map { atom in
          settings.subsets[atom].reduce(0) { $0 + Int(words[$1 / 64] >> UInt64($1 % 64) & 1) } % 2
        }
        #expect(Int(drawing.batch.labels[place]) == parities.reduce(0, +) % 2)
      }
      #expect(counts == [Int](repeating: atoms ? 300 : 0, count: 5) + [300, 300])
    }
    #expect(seen.count == 3 * settings.batchCapacity)
  }

  /// The published network from its arrays on inputs with several control bits: the loss that was
  /// recorded.
  @Test func network_fromItsArrays_hasTheRecordedLosses() throws {
    let parameters = parameters(["keep": .text("weights"), "depth": .integer(3)])
    let result = try CompositionalParity.run(parameters, in: MemoryContext())
    let file = try Safetensors(#require(result.weights.last?.content))
    #expect(file["layers.0.weight"]?.shape == [37, 5 + 70])
    let study = try ParityStudy(parameters, of: "compositional-parity", kept: file)
    #expect(study.controls == 0..<5 && study.isComposed && study.codes.count == 7)
    let settings = CompositionSettings(parameters)
    let network = BinaryNetwork(shape: settings.shape, kernels: .best)
    network.initialise(ParityStream.initialisation.of(settings.seed))
    let trainer = ParityTrainer(
      settings: settings, network: network, frequencies: settings.frequencies,
      subsets: settings.subsets, team: ThreadTeam(threads: 1))
    for step in 1...23 { trainer.run(step: step) }
    let test = ParityTestSet(
      settings: settings, network: network, frequencies: settings.frequencies,
      subsets: settings.subsets, team: ThreadTeam(threads: 1)
    ).evaluate()
    #expect(result.scalar("loss.final") == test.loss)
    let losses = try #require(result.curve("loss.subtasks"))
    #expect(losses.columns == 7 && Array(losses.values.suffix(7)) == test.subtaskLosses)
    // Sample by sample: each code's mean loss over fresh samples is that of the test set, about.
    let samples = study.samples(.even, count: 4000)
    var sums: [[Int]: (loss: Double, count: Double)] = [:]
    for row in 0..<4000 {
      let input = (0..<75).map { Double(samples.inputs[row, $0]) }
      #expect(samples.tasks[row] == (0..<5).filter { input[$0] == 1 })
      let asked = samples.tasks[row].flatMap { settings.subsets[$0] }
      #expect(samples.labels[row] == asked.reduce(0) { $0 + Int(input[5 + $1]) } % 2)
      let logits = study.weights.enumerated().reduce(input) { values, entry in
        let layer = entry.element
        let sums = (0..<layer.rows).map { unit in
          values.enumerated().reduce(Double(layer[unit, layer.columns - 1])) {
            $0 + Double(layer[unit, $1.offset]) * $1.element
          }
        }
        return entry.offset < 2 ? sums.map { max(0, $0) } : sums
      }
      let label = samples.labels[row]
      let odds = Elementary.exponential(logits[1 - label] - logits[label])
      let old = sums[samples.tasks[row]] ?? (0, 0)
      sums[samples.tasks[row]] = (
        old.loss + Elementary.logarithm(1 + odds) * ParityTestSet.bitsPerNat, old.count + 1
      )
    }
    for (code, recorded) in zip(study.codes, test.subtaskLosses) {
      let found = try #require(sums[code])
      #expect(abs(found.loss / found.count - Double(recorded)) < 0.1, "\(code)")
    }
  }

  @Test func validation_ofImpossibleParameters_saysWhatToDo() {
    #expect(message([:]) == nil)
    #expect(message(["composites": .text("none")]) == nil)
    #expect(
      message(["bits": .integer(14)])
        == "bits: 5 subsets of 3 bits that share none need 15 bits, but the string has 14; raise "
        + "bits, or lower atoms or subset.")
    #expect(
      message(["composites": .text("none"), "trainAtoms": .flag(false)])
        == "trainAtoms: Without atoms and composites there is nothing to train; set trainAtoms to "
        + "true or name composites.")
    #expect(
      message(["samplesPerCode": .integer(1_000_000), "atoms": .integer(9)])?
        .hasPrefix("samplesPerCode: 1000000 samples of each of 11 codes are a batch of 11000000")
        == true)
  }

  @Test(arguments: [
    ("", "no composite: write numbers"), ("1+2  3+4", "no composite"), ("1,2", "\"1,2\""),
    ("1+x", "joined by +"), ("+1+2", "no composite"), ("01+2", "no composite"),
    ("1+6", "names control bit 6, but they are 1 to 5"), ("0+1", "names control bit 0"),
    ("-1+2", "names control bit -1"), ("2+1", "write 1+2."), ("1+1", "out of order or twice"),
    ("3", "is a single control bit"), ("1+2 3+4 1+2", "1+2 stands there twice"),
    ("99999999999999999999+1", "no composite"), ("1+2\u{1B}[31m", "\"1+2 [31m\""),
  ])
  func composites_thatAreNone_areNamed(text: String, expected: String) throws {
    let found = try #require(message(["composites": .text(text)]))
    #expect(found.hasPrefix("composites: ") && found.contains(expected), "\(found)")
  }

  @Test func composites_ofManyWords_areCounted() throws {
    let text = Array(repeating: "1+2", count: 1025).joined(separator: " ")
    #expect(try #require(message(["composites": .text(text)])).contains("1025 composites"))
  }

  @Test func estimate_hasTheSizesOfThePublishedNetwork() {
    let estimate = CompositionalParity.signature.estimate(
      CompositionalParity.signature.parameters(["width": .integer(128), "steps": .integer(20_000)]))
    #expect(estimate.modelParameters == (6 + 18 + 1) * 128 + 129 * 128 + 2 * 129)
    #expect(estimate.samples == 8 * 2000 * 20_000)
  }
}
