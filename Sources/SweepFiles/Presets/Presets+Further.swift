extension Presets {
  static let parityJoint = Preset(
    "parity-joint",
    "loss against model size and data together, 78 jobs",
    """
    # Loss against model size and training samples together, from the experiments behind
    # The Quantization Model of Neural Scaling (arXiv:2303.13506).
    # Expect the loss to follow whichever of the two is the bottleneck.
    # This is the published scale: 6 widths × 13 sizes = 78 jobs.
    name: parity-joint
    workload: sparse-parity
    settings:
      alpha: 0.3          # subtask i comes with probability ∝ (i+offset)^-(alpha+1)
      offset: 10          # flattens the head of the distribution
      tasks: 400
      bits: 100
      subset: 3           # bits in each parity
      depth: 2            # linear layers: one hidden layer
      regime: fixed       # the samples are drawn once, then shuffled every epoch
      batch: 100000       # all samples where there are fewer
      steps: 300000
      logEvery: 1000
    grid:
      width: {log2space: [10, 60], count: 6, as: int}
      samples: {log2space: [10000, 5000000], count: 13, as: int}
      seed: [0]           # the published seed; add more for honest intervals
    retries: {max: 3, backoff: 30s}
    fits:
      alpha_N: {x: parameters, y: loss.min, form: power, by: [samples]}
      alpha_D: {x: samples, y: loss.min, form: power, by: [width], yRange: [0, 0.95]}
    """)

  static let parityWeightDecay = Preset(
    "parity-weight-decay",
    "loss against weight decay, 30 values",
    """
    # Loss against weight decay, from the experiments behind
    # The Quantization Model of Neural Scaling (arXiv:2303.13506).
    # Data are the bottleneck here: does regularisation help a net to learn from fewer samples?
    # This is the published scale: 30 jobs. There is no exponent to fit.
    name: parity-weight-decay
    workload: sparse-parity
    settings:
      alpha: 0.2          # subtask i comes with probability ∝ i^-(alpha+1); the paper's alpha
      tasks: 500
      bits: 100
      subset: 3           # bits in each parity
      width: 500
      depth: 2            # linear layers: one hidden layer
      regime: fixed       # the samples are drawn once, then shuffled every epoch
      samples: 2978899    # the third largest of parity-data-exponents
      batch: 20000
      steps: 100000
      logEvery: 500
    grid:
      weightDecay: {log2space: [0.001, 10], count: 30}
      seed: [0]           # the published seed
    retries: {max: 3, backoff: 30s}
    """)

  static let parityLearningRate = Preset(
    "parity-learning-rate",
    "learning rates 2^-12 to 2^3 on a single parity",
    """
    # Which learning rates learn a single parity, from the experiments behind
    # The Quantization Model of Neural Scaling (arXiv:2303.13506).
    # Expect a window around 1e-3: below it 20 000 steps are too few, above it training diverges.
    # This is the published scale: 16 jobs. There is no exponent to fit.
    name: parity-learning-rate
    workload: sparse-parity
    settings:
      alpha: 0.4          # without effect: there is one subtask
      tasks: 1
      bits: 50
      subset: 3           # bits in the parity
      width: 100
      depth: 2            # linear layers: one hidden layer
      regime: online      # a fresh batch every step
      batch: 10000
      steps: 20000
      logEvery: 50
    grid:
      # 2^-12, 2^-11 … 2^3
      learningRate: {log2space: [0.000244140625, 8], count: 16}
      seed: [0]           # the published seed
    retries: {max: 3, backoff: 30s}
    """)
}
