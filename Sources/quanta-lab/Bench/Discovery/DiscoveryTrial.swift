import Basics
import Discovery
import Foundation
import Kernels
import SweepModel
import Workloads

/// One network of `quanta-lab bench discovery`.
struct DiscoveryTrial {
  private let command: DiscoveryCommand
  private let seed: Int
  private let crew: Crew
  private let study: ParityStudy
  private let recipe: DiscoveryRecipe
  private var fields: [String] = []
  private var clock = ContinuousClock.now

  init(_ command: DiscoveryCommand, seed: Int) {
    self.command = command
    self.seed = seed
    crew = Crew(threads: command.threads)
    let isLarge = command.published
    var parameters = Parameters()
    if let workload = WorkloadRegistry.workload(named: "sparse-parity") {
      parameters = workload.signature.parameters([
        "tasks": .integer(command.tasks ?? (isLarge ? 500 : 20)),
        "bits": .integer(command.bits ?? (isLarge ? 100 : 24)),
        "width": .integer(command.width ?? (isLarge ? 500 : 128)),
        "alpha": .real(command.alpha),
        "batch": .integer(command.batch ?? (isLarge ? 20_000 : 1000)),
        "steps": .integer(1), "seed": .integer(seed), "untrained": .integer(command.untrained),
      ])
    }
    study = ParityStudy(parameters, threads: command.threads)
    var recipe = DiscoveryRecipe(
      target: command.target, measure: command.measure,
      damping: command.damping > 0 ? command.damping : nil, clustering: .averageLinkage)
    recipe.floor = command.floor
    self.recipe = command.withoutControls ? recipe.blind : recipe
  }

  /// Seconds since the last call.
  private mutating func lap() -> Double {
    let now = ContinuousClock.now
    defer { clock = now }
    let passed = (now - clock).components
    return Double(passed.seconds) + Double(passed.attoseconds) * 1e-18
  }

  private mutating func note(_ name: String, _ value: Double) {
    fields.append("\"\(name)\": \(value.isFinite ? ShortNumber.text(value) : "null")")
  }

  mutating func run() throws {
    fields = ["\"seed\": \(seed)"]
    _ = lap()
    train()
    note("train_s", lap())
    let network = Perceptron(weights: study.weights, activation: study.activation)
    let chosen = select(network)
    _ = lap()
    let pass = network.pass(chosen.inputs, crew: crew)
    let learning = study.samples(.frequent, count: command.training, from: 1 << 40)
    let learnt = network.pass(learning.inputs, crew: crew)
    var gradients = recipe.gradients(pass, controls: study.controls, crew: crew)
    note("gradients_s", lap())
    let whitening = recipe.whitening(
      learnt, labels: learning.labels, controls: study.controls, crew: crew)
    if let whitening { gradients = whitening.apply(gradients, crew: crew) }
    note("whitening_s", lap())
    let likenesses = recipe.likenesses(gradients, crew: crew)
    note("gram_s", lap())
    let tree = AverageLinkage.tree(using: likenesses)
    note("linkage_s", lap())
    let choice = recipe.choice(tree)
    note("choice_s", lap())
    let truth = Partition(chosen.tasks)
    note("true_count", Double(truth.count))
    score("true", tree.partition(count: truth.count), truth)
    note("chosen_count", Double(choice.count))
    note("chosen_from", Double(choice.range.lowerBound))
    note("chosen_to", Double(choice.range.upperBound))
    score("chosen", tree.partition(count: choice.count), truth)
    let counts = DiscoveryRecipe.publishedCounts.filter { $0 <= tree.sampleCount }
    envelope("slope", counts.map { tree.partition(count: $0) })
    if command.publishedRecipe { published(network, chosen, truth) }
    try dump(chosen, learning, tree.partition(count: truth.count))
    print("{" + fields.joined(separator: ", ") + "}")
  }

  private mutating func score(_ name: String, _ found: Partition, _ truth: Partition) {
    let scores = PartitionScores(found, truth)
    note("\(name)_ari", scores.adjustedRand)
    note("\(name)_nmi", scores.normalisedMutualInformation)
  }

  private mutating func envelope(_ name: String, _ partitions: [Partition]) {
    guard let line = RankEnvelope(partitions).line() else { return }
    note("\(name)_101_1000", line.slope)
    note("\(name)_to", Double(line.window.upperBound))
  }

  /// The recipe as published, at the true count and twice that.
  private mutating func published(
    _ network: Perceptron, _ chosen: ParityStudy.Samples, _ truth: Partition
  ) {
    _ = lap()
    var recipe = DiscoveryRecipe.published
    recipe.clustering = .spectral(SubspaceSettings(), KMeans.Settings(starts: 5))
    let gradients = recipe.gradients(
      network.pass(chosen.inputs, crew: crew), controls: study.controls, crew: crew)
    let found = FoundClusters(
      using: recipe.likenesses(gradients, crew: crew), recipe: recipe, most: 2 * truth.count,
      crew: crew)
    score("published", found.partition(count: truth.count), truth)
    score("published_twice", found.partition(count: 2 * truth.count), truth)
    note("published_residual", found.embedding?.residual ?? 0)
    note("published_s", lap())
  }

  private mutating func train() {
    let steps = command.steps ?? (command.published ? 200_000 : 14_000)
    let rate = command.rate ?? (command.published ? 1e-3 : 2e-3)
    let end = command.rateEnd ?? (command.published ? rate : rate * 0.05)
    let portion = max(1, steps / 50)
    var done = 0
    var loss = 0.0
    while done < steps {
      let share = Double(done) / Double(steps)
      let now = min(portion, steps - done)
      loss = study.train(steps: now, learningRate: rate + (end - rate) * share)
      done += now
    }
    note("train_loss", loss)
  }

  /// Samples that the network predicts well, in the order in which they are drawn.
  private mutating func select(_ network: Perceptron) -> ParityStudy.Samples {
    let wanted = command.samples ?? (command.published ? 10_000 : 1500)
    var (rows, kept) = ([Int](), study.samples(.frequent, count: 4 * wanted))
    let pass = network.pass(kept.inputs, crew: crew)
    let losses = pass.losses(kept.labels)
    rows = losses.indices.filter { losses[$0] < DiscoveryRecipe.leastLoss }
    rows = Array(rows.prefix(wanted))
    note("share_below_0.1", Double(losses.count { $0 < 0.1 }) / Double(losses.count))
    note("samples", Double(rows.count))
    kept = kept.selecting(rows)
    return kept
  }

  private func dump(
    _ samples: ParityStudy.Samples, _ training: ParityStudy.Samples, _ found: Partition
  ) throws {
    guard let folder = command.dump else { return }
    let place = command.networks > 1 ? "\(folder)/\(seed)" : folder
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    func write(_ name: String, _ bytes: [UInt8]) throws {
      try Data(bytes).write(to: URL(filePath: "\(place)/\(name).npy"))
    }
    for (index, weight) in study.weights.enumerated() {
      try write("weights\(index)", NumPyDump.bytes(weight))
    }
    try write("layers", NumPyDump.bytes([study.weights.count]))
    try write("samples", NumPyDump.bytes(samples.inputs))
    try write("tasks", NumPyDump.bytes(samples.tasks.map { $0.first ?? -1 }))
    try write("training", NumPyDump.bytes(training.inputs))
    try write("trainingLabels", NumPyDump.bytes(training.labels))
    let name = command.target == .margin ? "margin" : "whitened"
    try write("labels-\(name)-\(found.count)", NumPyDump.bytes(found.labels))
  }
}

/// NumPy's file format, version 1.0.
enum NumPyDump {
  private static func header(_ type: String, _ shape: String) -> [UInt8] {
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(shape)), }"
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    let length = text.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 255), UInt8(length >> 8)]
      + Array(text.utf8)
  }

  /// A matrix of single-precision numbers.
  static func bytes(_ matrix: Matrix) -> [UInt8] {
    var bytes = header("<f4", "\(matrix.rows), \(matrix.columns)")
    for row in 0..<matrix.rows {
      let start = matrix.places(row..<matrix.rows).lowerBound
      matrix.buffer.appendBytes(start..<start + matrix.columns, to: &bytes)
    }
    return bytes
  }

  /// Whole numbers.
  static func bytes(_ numbers: [Int]) -> [UInt8] {
    var bytes = header("<i8", "\(numbers.count),")
    for number in numbers {
      for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }
    return bytes
  }
}
