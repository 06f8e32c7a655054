extension Presets {
  static let parityParameters = Preset(
    "parity-parameters",
    "Fig. 2 left: loss against model size, 30 widths",
    """
    # Loss against model size on multitask sparse parity: Fig. 2, left, of
    # The Quantization Model of Neural Scaling (arXiv:2303.13506).
    # Theory: L ∝ N^-alpha. The authors measured alpha_N = 0.332 at alpha = 0.4.
    # This is the published scale: 30 runs of 200 000 steps with batches of 20 000.
    # Try "quanta new parity-parameters-small" first.
    name: parity-parameters
    workload: sparse-parity
    settings:
      alpha: 0.4          # subtask i comes with probability ∝ i^-(alpha+1); the paper's alpha
      tasks: 500
      bits: 100
      subset: 3           # bits in each parity
      depth: 2            # linear layers: one hidden layer
      regime: online      # a fresh batch every step
      batch: 20000
      steps: 200000
      logEvery: 100
    grid:
      # int(2**linspace(log2(10), log2(500), 30)): 9, 11, 13 … 500, as published
      width: {log2space: [10, 500], count: 30, as: int}
      seed: [0]           # the published seed; add more for honest intervals
    retries: {max: 3, backoff: 30s}
    fits:
      alpha_N: {x: parameters, y: loss.final, form: power}
    """)

  static let parityData = Preset(
    "parity-data",
    "Fig. 2 right: loss against data set size, 30 sizes",
    """
    # Loss against training samples on multitask sparse parity: Fig. 2, right, of
    # The Quantization Model of Neural Scaling (arXiv:2303.13506).
    # Theory: L ∝ D^-(alpha/(1+alpha)), 0.286 here. The authors measured alpha_D = 0.308
    # over the points whose lowest loss is below 0.95 bits.
    # This is the published scale: 30 runs of up to a million steps.
    # Try "quanta new parity-data-small" first.
    name: parity-data
    workload: sparse-parity
    settings:
      alpha: 0.4          # subtask i comes with probability ∝ i^-(alpha+1); the paper's alpha
      tasks: 500
      bits: 100
      subset: 3           # bits in each parity
      width: 500
      depth: 2            # linear layers: one hidden layer
      regime: fixed       # the samples are drawn once, then shuffled every epoch
      batch: 20000        # all samples where there are fewer
      steps: 1000000
      logEvery: 500
    grid:
      # int(2**linspace(log2(1e4), log2(5e6), 30)): 9999, 12389 … 4999999, as published
      samples: {log2space: [10000, 5000000], count: 30, as: int}
      seed: [0]           # the published seed; add more for honest intervals
    retries: {max: 3, backoff: 30s}
    fits:
      # loss.min is the lowest loss of the run: with few samples the loss rises again.
      alpha_D: {x: samples, y: loss.min, form: power, yRange: [0, 0.95]}
    """)

  static let paritySteps = Preset(
    "parity-steps",
    "Fig. 2 middle: the loss curve of the widest net",
    """
    # Loss against training steps on multitask sparse parity: Fig. 2, middle, of
    # The Quantization Model of Neural Scaling (arXiv:2303.13506).
    # Theory for single-epoch training: L ∝ S^-(alpha/(1+alpha)), 0.286 here. A net of this size
    # measured 0.45 over the straight part of its curve: reproduce what training gives.
    # The job is the widest one of parity-parameters; a store that has that sweep reruns nothing.
    name: parity-steps
    workload: sparse-parity
    settings:
      alpha: 0.4          # subtask i comes with probability ∝ i^-(alpha+1); the paper's alpha
      tasks: 500
      bits: 100
      subset: 3           # bits in each parity
      width: 500
      depth: 2            # linear layers: one hidden layer
      regime: online      # a fresh batch every step, so steps measure data too
      batch: 20000
      steps: 200000
      logEvery: 100
    grid:
      seed: [0]           # the published seed; add more for honest intervals
    retries: {max: 3, backoff: 30s}
    fits:
      alpha_S: {x: step, y: loss, form: power, xRange: [500, 15000]}
    """)
}
