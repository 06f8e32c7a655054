extension Presets {
  static let parityExponents = Preset(
    "parity-exponents",
    "Fig. 10: the size exponent against alpha, 480 jobs",
    """
    # How the exponent of loss against model size depends on alpha: Fig. 10 of
    # The Quantization Model of Neural Scaling (arXiv:2303.13506).
    # Theory: alpha_N = alpha. The authors' exponents run above theory for small alpha and below it
    # for large alpha; at 0.4 their figure shows about 0.38.
    # This is the published scale: 8 alphas × 20 widths × 3 seeds = 480 jobs.
    name: parity-exponents
    workload: sparse-parity
    settings:
      tasks: 500
      bits: 100
      subset: 3           # bits in each parity
      depth: 2            # linear layers: one hidden layer
      regime: online      # a fresh batch every step
      batch: 20000
      steps: 100000
      logEvery: 100
    grid:
      alpha: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]
      # int(2**linspace(log2(10), log2(300), 20)): 9, 11, 14 … 300, as published
      width: {log2space: [10, 300], count: 20, as: int}
      seed: [0, 1, 2]     # varies fastest
    retries: {max: 3, backoff: 30s}
    fits:
      alpha_N: {x: parameters, y: loss.final, form: power, by: [alpha]}
      # Step exponents of every net; the paper takes the ones of width 300:
      # alpha_S: {x: step, y: loss, form: power, by: [alpha, width], xRange: [500, 15000]}
    """)

  static let parityDataExponents = Preset(
    "parity-data-exponents",
    "Fig. 9 and 10: the data exponent against alpha, 375 jobs",
    """
    # How the exponent of loss against training samples depends on alpha: Fig. 9 and 10 of
    # The Quantization Model of Neural Scaling (arXiv:2303.13506).
    # Theory: alpha_D = alpha/(1+alpha). The authors measured 0.308 at alpha = 0.4, over the points
    # whose lowest loss is below 0.95 bits.
    # This is the published scale: 15 alphas × 25 sizes = 375 jobs.
    name: parity-data-exponents
    workload: sparse-parity
    settings:
      tasks: 500
      bits: 100
      subset: 3           # bits in each parity
      width: 500
      depth: 2            # linear layers: one hidden layer
      regime: fixed       # the samples are drawn once, then shuffled every epoch
      batch: 20000        # all samples where there are fewer
      steps: 100000
      logEvery: 500
    grid:
      # 0.10, 0.15 … 0.80: a range leaves its end out, as in Python
      alpha: {range: {from: 0.10, to: 0.85, step: 0.05}}
      # int(2**linspace(log2(1e4), log2(5e6), 25)): 9999, 12955 … 4999999, as published
      samples: {log2space: [10000, 5000000], count: 25, as: int}
      seed: [0]           # the published seed; add more for honest intervals
    retries: {max: 3, backoff: 30s}
    fits:
      # loss.min is the lowest loss of the run: with few samples the loss rises again.
      alpha_D: {x: samples, y: loss.min, form: power, yRange: [0, 0.95], by: [alpha]}
    """)
}
