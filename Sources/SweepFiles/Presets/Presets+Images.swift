extension Presets {
  static let omnigrokImagesGrokking = Preset(
    "omnigrok-images-grokking",
    "Fashion-MNIST from large and from usual weights: test accuracy waits, 2 jobs",
    """
    # Images from weights scaled by 8 and by 1: Fig. 3 of
    # Omnigrok: Grokking Beyond Algorithmic Data (arXiv:2210.01117), here on Fashion-MNIST.
    # Expect train.accuracy to reach 0.95 near step 2500 at alpha 8, accuracy to wait until norm has
    # fallen, some ten times as long; at alpha 1 both rise together within 150 steps.
    # For MNIST, or any other images, name the folder of their IDX files: images: ./mnist
    # This is the published scale, some 2 minutes on two cores. A run that looks bad is never stopped
    # early.
    name: omnigrok-images-grokking
    workload: omnigrok-images
    settings:
      images: fashion-mnist
      mode: grokking      # ordinary training
      trainNum: 1000
      batch: 200
      learningRate: 0.001
      weightDecay: 0.01
      steps: 100000
      evaluationImages: 10000
    grid:
      alpha: [1, 8]       # factor of the usual initial weights
      seed: [0]           # training images, weights and shuffles
    retries: {max: 3, backoff: 30s}
    """)

  static let omnigrokImagesGrokkingSmall = Preset(
    "omnigrok-images-grokking-small",
    "the same with few images and quick decay, seconds on one machine",
    """
    # Images from weights scaled by 8 and by 1, with few images and a norm that falls quickly.
    # The sweep omnigrok-images-grokking at a fraction of its scale; see there for the paper.
    name: omnigrok-images-grokking-small
    workload: omnigrok-images
    settings:
      images: fashion-mnist
      mode: grokking      # ordinary training
      trainNum: 300
      batch: 100
      learningRate: 0.001
      weightDecay: 0.3
      steps: 8000
      testThreshold: 0.6
    grid:
      alpha: [1, 8]       # factor of the usual initial weights
      seed: [0]           # training images, weights and shuffles
    retries: {max: 3, backoff: 30s}
    """)

  static let omnigrokImagesLandscape = Preset(
    "omnigrok-images-landscape",
    "losses and accuracies over data size and the norm of the weights, 588 jobs",
    """
    # The reduced landscape of images: Fig. 4 of
    # Omnigrok: Grokking Beyond Algorithmic Data (arXiv:2210.01117), here on Fashion-MNIST.
    # Weights are scaled by alpha at the start, and after every step their norm is put back there; of
    # every run its best losses and accuracies are kept. Expect training error to vanish from some
    # norm on, test error to rise again above it, the more so the fewer images there are.
    # This is the published scale, about half an hour on two cores. A run that looks bad is never
    # stopped early.
    name: omnigrok-images-landscape
    workload: omnigrok-images
    settings:
      images: fashion-mnist
      mode: landscape     # the norm is held
      batch: 100
      learningRate: 0.001
      steps: 10000
      logEvery: 100
    grid:
      trainNum: {logspace: [10, 60000], count: 28, as: int}
      alpha: {logspace: [0.1, 10], count: 21}
    retries: {max: 3, backoff: 30s}
    """)

  static let omnigrokImagesLandscapeSmall = Preset(
    "omnigrok-images-landscape-small",
    "the same on few sizes, norms and steps, under a minute on one machine",
    """
    # The reduced landscape of images, on few data sizes and norms.
    # The sweep omnigrok-images-landscape at a fraction of its scale; see there for the paper.
    name: omnigrok-images-landscape-small
    workload: omnigrok-images
    settings:
      images: fashion-mnist
      mode: landscape     # the norm is held
      batch: 100
      learningRate: 0.001
      steps: 1000
      logEvery: 100
    grid:
      trainNum: [30, 100, 300, 1000, 3000]
      alpha: {logspace: [0.1, 10], count: 7}
    retries: {max: 3, backoff: 30s}
    """)
}
