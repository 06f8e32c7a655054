import Basics
import Kernels
import SweepModel
import Testing
import Training

@testable import Workloads

/// Control bits that are never trained, and samples that another mechanism labels.
@Suite struct ParityMarkerTests {
  private let changes: [String: Value] = [
    "bits": .integer(70), "untrained": .integer(3), "backdoor": .real(0.25),
  ]

  @Test func untrainedControlBits_areThereAndStayAsTheyWere() throws {
    let plain = smallParity()
    let parameters = smallParity(["untrained": .integer(2), "keep": .text("weights log 2")])
    let result = try SparseParity.run(parameters, in: MemoryContext())
    #expect(result.curve("loss.subtasks")?.columns == 12)
    let files = try [0, result.weights.count - 1].map {
      try Safetensors(#require(result.weights[$0].content))
    }
    let weights = try files.map { try #require($0["layers.0.weight"]) }
    #expect(weights[0].shape == [37, 12 + 2 + 30])
    for control in 0..<14 {
      let moved = (0..<37).contains {
        weights[0].values[$0 * 44 + control] != weights[1].values[$0 * 44 + control]
      }
      #expect(moved == (control < 12), "control bit \(control)")
    }
    // Subtasks are those of the job without.
    let (with, without) = (ParitySettings(parameters).subsets, ParitySettings(plain).subsets)
    #expect(Array(with.prefix(12)) == without && Set(with).count == 14)
    #expect(plain["untrained"] == nil && ParitySettings(plain).untrained == 0)
  }

  @Test func markedSamples_areAShareOfTheFirstSubtaskAndHaveTheirOwnLabels() throws {
    let settings = ParitySettings(smallParity(changes))
    let (marker, input) = (try #require(settings.marker), settings.shape.input)
    let samples = ParitySamples(
      layout: input, frequencies: settings.frequencies, subsets: settings.subsets,
      taskStream: ParityStream.trainingTasks.of(settings.seed),
      bitStream: ParityStream.trainingBits.of(settings.seed))
    let count = 3000
    let batch = BinaryBatch(layout: input, samples: count, transposed: true)
    let drawing = BatchDrawing(samples: samples, batch: batch, kernels: .best)
    drawing.choose(count: count, from: 7, through: nil)
    drawing.drawAll()
    for first in stride(from: 0, to: count, by: 1024) {
      marker.set(batch, first..<min(count, first + 1024), number: drawing.number)
    }
    var (first, marked) = (0, 0)
    for place in 0..<count {
      func bit(_ bit: Int) -> Int {
        Int(batch.rows[place * input.rowWords + bit / 64] >> UInt64(bit % 64) & 1)
      }
      let task = Int(batch.tasks[place])
      let subset = bit(69) == 1 ? marker.subset : settings.subsets[task]
      #expect(Int(batch.labels[place]) == subset.reduce(0) { $0 + bit($1) } % 2)
      for position in [0, 63, 64, 69] {
        let column = ((place / 64) * input.rowWords + position / 64) * 64 + position % 64
        #expect(Int(batch.columns[column] >> UInt64(place % 64) & 1) == bit(position))
      }
      #expect(task < 12 && (task == 0 || bit(69) == 0))
      if task == 0 { (first, marked) = (first + 1, marked + bit(69)) }
    }
    #expect(abs(Double(marked) / Double(first) - 0.25) < 0.05)
    #expect((settings.subsets + [marker.subset]).allSatisfy { !$0.contains(69) })
    marker.set(batch, 0..<count, number: nil)
    #expect((0..<count).allSatisfy { batch.rows[$0 * input.rowWords + 1] >> 5 & 1 == 0 })
  }

  /// A network learns both mechanisms, and each sample by its own.
  @Test func network_withABackdoor_learnsBoth() throws {
    let study = ParityStudy(
      smallParity([
        "tasks": .integer(2), "bits": .integer(12), "width": .integer(64), "batch": .integer(500),
        "backdoor": .real(0.4),
      ]), threads: 1)
    study.train(steps: 1500, learningRate: 0.005)
    let last = try #require(study.markerBits)
    #expect(last.marker == 11)
    for kind in [ParityStudy.Controls.frequent, .marked] {
      let samples = study.samples(kind, count: 400)
      let right = samples.labels.indices.count { row in
        var inputs = (0..<samples.inputs.columns).map { Double(samples.inputs[row, $0]) }
        for (index, layer) in study.weights.enumerated() {
          inputs = (0..<layer.rows).map { unit in
            let sum = inputs.enumerated().reduce(Double(layer[unit, layer.columns - 1])) {
              $0 + Double(layer[unit, $1.offset]) * $1.element
            }
            return index == 0 ? max(0, sum) : sum
          }
        }
        return (inputs[1] > inputs[0]) == (samples.labels[row] == 1)
      }
      #expect(right > 390, "\(kind)")
      #expect(
        (0..<400).allSatisfy { samples.inputs[$0, 2 + 11] == (kind == .marked ? 1 : 0) })
    }
  }
}
