extension Presets {
  static let grokkingRatesSmall = Preset(
    "grokking-rates-small",
    "phases against two learning rates, seconds on one machine",
    """
    # The phases of learning against the learning rates of embeddings and decoder, on a coarse grid.
    # The sweep grokking-rates at a fraction of its scale; see there for the paper.
    name: grokking-rates-small
    workload: grokking-addition
    settings:
      p: 10               # i + j for 0 <= i <= j < 10: 55 samples
      trainNum: 45        # the rest tests
      objective: mse      # the nearest of 19 random vectors names the sum
      steps: 5000
    grid:
      embeddingRate: {logspace: [0.00001, 0.01], count: 5}
      decoderRate: {logspace: [0.00001, 0.01], count: 5}
      seed: [3]           # the published 58 in kind: its training set determines the embeddings
    retries: {max: 3, backoff: 30s}
    """)

  static let grokkingDecaySmall = Preset(
    "grokking-decay-small",
    "phases against rate and weight decay, seconds on one machine",
    """
    # The phases of learning against the decoder's learning rate and weight decay, on a coarse grid.
    # The sweep grokking-decay at a fraction of its scale; see there for the paper.
    name: grokking-decay-small
    workload: grokking-addition
    settings:
      p: 10               # i + j for 0 <= i <= j < 10: 55 samples
      trainNum: 45        # the rest tests
      objective: mse      # the nearest of 19 random vectors names the sum
      embeddingRate: 0.001
      steps: 5000
    grid:
      decoderRate: {logspace: [0.00001, 0.01], count: 5}
      decoderDecay: [0, 2, 4, 6, 8, 10]
      seed: [3]           # the published 58 in kind: its training set determines the embeddings
    retries: {max: 3, backoff: 30s}
    """)

  static let grokkingDecayCESmall = Preset(
    "grokking-decay-ce-small",
    "the same with cross-entropy, seconds on one machine",
    """
    # The phases of learning against the decoder's rate and weight decay, cross-entropy, coarsely.
    # The sweep grokking-decay-ce at a fraction of its scale; see there for the paper.
    name: grokking-decay-ce-small
    workload: grokking-addition
    settings:
      p: 10               # i + j for 0 <= i <= j < 10: 55 samples
      trainNum: 45        # the rest tests
      objective: crossEntropy  # over the 19 sums
      embeddingRate: 0.001
      steps: 5000
    grid:
      decoderRate: {logspace: [0.00001, 0.01], count: 5}
      decoderDecay: [0, 2, 4, 6, 8, 10]
      seed: [1]
    retries: {max: 3, backoff: 30s}
    """)

  static let grokkingSetSizeSmall = Preset(
    "grokking-set-size-small",
    "steps to a good representation against samples, seconds",
    """
    # Whether and when a representation forms against the size of the training set, on few sizes.
    # The sweep grokking-set-size at a fraction of its scale; see there for the paper.
    name: grokking-set-size-small
    workload: grokking-addition
    settings:
      p: 10               # i + j for 0 <= i <= j < 10: 55 samples
      objective: mse      # the nearest of 19 random vectors names the sum
      batch: 45           # all training samples where there are fewer
      steps: 3000
    grid:
      trainNum: [10, 20, 30, 40, 45, 50, 54]
      seed: [0, 1, 2]     # varies fastest
    retries: {max: 3, backoff: 30s}
    """)
}
