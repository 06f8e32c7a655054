extension Presets {
  static let grokkingRates = Preset(
    "grokking-rates",
    "phases against the rates of embeddings and decoder, 100 jobs",
    """
    # The phases of learning against the learning rates of embeddings and decoder: Fig. 5a of
    # Towards Understanding Grokking (arXiv:2205.10343).
    # steps.train and steps.test say when training and test accuracy reached 0.9: both soon is
    # comprehension, test accuracy late is grokking, training alone memorisation, neither confusion.
    # Expect comprehension where embeddings learn fast and the decoder slowly.
    # This is the published scale: 10 × 10 rates. A run that looks bad is never stopped early.
    name: grokking-rates
    workload: grokking-addition
    settings:
      p: 10               # i + j for 0 <= i <= j < 10: 55 samples
      trainNum: 45        # the rest tests
      objective: mse      # the nearest of 19 random vectors names the sum
      steps: 10000        # as published; the paper's figure shows 100000
    grid:
      embeddingRate: {logspace: [0.00001, 0.01], count: 10}
      decoderRate: {logspace: [0.00001, 0.01], count: 10}
      seed: [3]           # the published 58 in kind: its training set determines the embeddings
    retries: {max: 3, backoff: 30s}
    """)

  static let grokkingDecay = Preset(
    "grokking-decay",
    "phases against the decoder's rate and weight decay, 110 jobs",
    """
    # The phases of learning against the decoder's learning rate and weight decay, mean squared error:
    # Fig. 5b of Towards Understanding Grokking (arXiv:2205.10343).
    # steps.train and steps.test say when training and test accuracy reached 0.9.
    # Expect decay to turn memorisation into comprehension, and too much of it into confusion.
    # This is the published scale: 10 rates × 11 decays. A run that looks bad is never stopped early.
    name: grokking-decay
    workload: grokking-addition
    settings:
      p: 10               # i + j for 0 <= i <= j < 10: 55 samples
      trainNum: 45        # the rest tests
      objective: mse      # the nearest of 19 random vectors names the sum
      embeddingRate: 0.001
      steps: 10000        # as published; the paper's figure shows 100000
    grid:
      decoderRate: {logspace: [0.00001, 0.01], count: 10}
      decoderDecay: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
      seed: [3]           # the published 58 in kind: its training set determines the embeddings
    retries: {max: 3, backoff: 30s}
    """)

  static let grokkingDecayCE = Preset(
    "grokking-decay-ce",
    "phases against rate and weight decay, cross-entropy, 110 jobs",
    """
    # The phases of learning against the decoder's learning rate and weight decay, cross-entropy:
    # Fig. 5c of Towards Understanding Grokking (arXiv:2205.10343).
    # steps.train and steps.test say when training and test accuracy reached 0.9.
    # This is the published scale: 10 rates × 11 decays. A run that looks bad is never stopped early.
    name: grokking-decay-ce
    workload: grokking-addition
    settings:
      p: 10               # i + j for 0 <= i <= j < 10: 55 samples
      trainNum: 45        # the rest tests
      objective: crossEntropy  # over the 19 sums
      embeddingRate: 0.001
      steps: 10000        # as published; the paper's figure shows 100000
    grid:
      decoderRate: {logspace: [0.00001, 0.01], count: 10}
      decoderDecay: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
      seed: [1]           # the published seed of this figure
    retries: {max: 3, backoff: 30s}
    """)

  static let grokkingSetSize = Preset(
    "grokking-set-size",
    "steps to a good representation against training samples, 33 jobs",
    """
    # How the size of the training set decides whether and when a representation forms: Fig. 3 and 4b
    # of Towards Understanding Grokking (arXiv:2205.10343).
    # steps.rqi says when the representation's quality exceeded 0.95: never with 20 samples, within
    # about 1000 steps with 45. accuracy.all lies on accuracy.predicted, below accuracy.ideal.
    # This is the published scale: 11 sizes × 3 seeds. A run that looks bad is never stopped early.
    name: grokking-set-size
    workload: grokking-addition
    settings:
      p: 10               # i + j for 0 <= i <= j < 10: 55 samples
      objective: mse      # the nearest of 19 random vectors names the sum
      batch: 45           # all training samples where there are fewer
      steps: 10000
    grid:
      trainNum: [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 54]
      seed: [0, 1, 2]     # varies fastest
    retries: {max: 3, backoff: 30s}
    """)
}
