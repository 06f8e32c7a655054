extension Presets {
  static let parityParametersSmall = Preset(
    "parity-parameters-small",
    "loss against model size, minutes on one machine",
    """
    # Loss against model size on multitask sparse parity, small enough for one machine.
    # The sweep parity-parameters at a fraction of its scale; see there for the paper.
    # Expect a falling power law: small nets have room for few subtasks, large ones for most.
    name: parity-parameters-small
    workload: sparse-parity
    settings:
      alpha: 0.4          # subtask i comes with probability ∝ i^-(alpha+1)
      tasks: 1000         # more than any net here learns: a pool that runs out bends the curve
      bits: 32            # fewer than the paper's 100, so that minutes suffice
      subset: 3           # bits in each parity
      regime: online      # a fresh batch every step
      batch: 2000
      steps: 25000
      learningRate: 0.003
      logEvery: 500
      evaluationSamples: 8192
      evaluationBase: 32
    grid:
      width: [16, 24, 32, 48, 64, 96, 128, 192]
      seed: [0, 1, 2]     # varies fastest
    retries: {max: 3, backoff: 30s}
    fits:
      alpha_N: {x: parameters, y: loss.final, form: power}
    """)

  static let parityDataSmall = Preset(
    "parity-data-small",
    "loss against data set size, minutes on one machine",
    """
    # Loss against the number of training samples, small enough for one machine.
    # The sweep parity-data at a fraction of its scale; see there for the paper.
    # Expect a power law once a net has learned anything at all: fits leave out losses near 1 bit.
    name: parity-data-small
    workload: sparse-parity
    settings:
      alpha: 0.4          # subtask i comes with probability ∝ i^-(alpha+1)
      tasks: 500
      bits: 32            # fewer than the paper's 100, so that minutes suffice
      subset: 3           # bits in each parity
      width: 128
      regime: fixed       # the samples are drawn once, then shuffled every epoch
      batch: 2000
      steps: 15000
      learningRate: 0.002
      earlyStop: true     # after ten rises of the test loss
      logEvery: 100
      evaluationSamples: 8192
      evaluationBase: 32
    grid:
      samples: [15000, 27000, 50000, 90000, 165000, 300000, 550000, 1000000]
      seed: [0, 1, 2]     # varies fastest
    retries: {max: 3, backoff: 30s}
    fits:
      # loss.min is the lowest loss of the run: with few samples the loss rises again.
      alpha_D: {x: samples, y: loss.min, form: power, yRange: [0, 0.95]}
    """)

  static let parityStepsSmall = Preset(
    "parity-steps-small",
    "loss against training steps, minutes on one machine",
    """
    # Loss against training steps, small enough for one machine: the loss curves of a wide net.
    # The sweep parity-steps at a fraction of its scale; see there for the paper.
    # Expect subtasks to be learned one after the other while their mean falls smoothly.
    name: parity-steps-small
    workload: sparse-parity
    settings:
      alpha: 0.4          # subtask i comes with probability ∝ i^-(alpha+1)
      tasks: 500
      bits: 32            # fewer than the paper's 100, so that minutes suffice
      subset: 3           # bits in each parity
      width: 256
      regime: online      # a fresh batch every step, so steps measure data too
      batch: 2000
      steps: 30000
      logEvery: 100
      evaluationSamples: 8192
      evaluationBase: 32
    grid:
      seed: [0, 1, 2, 3]
    retries: {max: 3, backoff: 30s}
    fits:
      alpha_S: {x: step, y: loss, form: power, xRange: [1000, 30000]}
    """)
}
