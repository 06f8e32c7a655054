extension Presets {
  static let omnigrokTeacherLandscape = Preset(
    "omnigrok-teacher-landscape",
    "losses of a student against the norm of its weights, 33 jobs",
    """
    # The reduced landscape of a student that learns from a random teacher: Fig. 1 and 2 of
    # Omnigrok: Grokking Beyond Algorithmic Data (arXiv:2210.01117).
    # Weights are scaled by alpha at the start, and after every step their norm is put back there.
    # Expect train.loss.final shaped like an L, loss.final like a U with its bottom near alpha = 1.
    # This is the published scale, with two seeds more. A run that looks bad is never stopped early.
    name: omnigrok-teacher-landscape
    workload: omnigrok-teacher
    settings:
      mode: landscape     # the norm is held
      trainNum: 100       # all in every step
      testNum: 100
      learningRate: 0.0003
      steps: 10000
      logEvery: 200
    grid:
      alpha: {logspace: [0.1, 10], count: 11}
      seed: [0, 1, 2]     # teacher, inputs and student; varies fastest
    retries: {max: 3, backoff: 30s}
    """)

  static let omnigrokTeacherLandscapeSmall = Preset(
    "omnigrok-teacher-landscape-small",
    "the same on few norms and steps, seconds on one machine",
    """
    # The reduced landscape of a student that learns from a random teacher, on few norms.
    # The sweep omnigrok-teacher-landscape at a fraction of its scale; see there for the paper.
    name: omnigrok-teacher-landscape-small
    workload: omnigrok-teacher
    settings:
      mode: landscape     # the norm is held
      trainNum: 100       # all in every step
      testNum: 100
      learningRate: 0.001
      steps: 3000
    grid:
      alpha: {logspace: [0.1, 10], count: 7}
      seed: [0]           # teacher, inputs and student
    retries: {max: 3, backoff: 30s}
    """)

  static let omnigrokModaddGrokking = Preset(
    "omnigrok-modadd-grokking",
    "modular addition by a transformer that groks, 1 job",
    """
    # Addition modulo 113 by a transformer of one layer: Fig. 5 of
    # Omnigrok: Grokking Beyond Algorithmic Data (arXiv:2210.01117), after Nanda's study of grokking.
    # Expect train.accuracy at 1 within 1000 steps, accuracy about ten times later, while norm falls.
    # This is the published scale, some 3 minutes on two threads. A run that looks bad is never
    # stopped early.
    name: omnigrok-modadd-grokking
    workload: omnigrok-modadd
    settings:
      mode: grokking      # ordinary training
      p: 113
      fraction: 0.3       # of all pairs train, in full batches
      weightDecay: 1
      steps: 15000
      logEvery: 50
    grid:
      seed: [0]           # add more to see how the delay varies
    retries: {max: 3, backoff: 30s}
    """)

  static let omnigrokModaddConstrained = Preset(
    "omnigrok-modadd-constrained",
    "the same with the norm held at 0.8, 1 job",
    """
    # Addition modulo 113 by a transformer whose weights keep 0.8 of their usual initial norm: Fig. 5
    # of Omnigrok: Grokking Beyond Algorithmic Data (arXiv:2210.01117).
    # Expect accuracy to rise together with train.accuracy, within about 1000 steps: no grokking.
    # This is the published scale, some seconds on two threads.
    name: omnigrok-modadd-constrained
    workload: omnigrok-modadd
    settings:
      mode: landscape     # the norm is held
      alpha: 0.8
      p: 113
      fraction: 0.3       # of all pairs train, in full batches
      weightDecay: 0
      steps: 2000
      logEvery: 10
    grid:
      seed: [0]           # add more to see how the delay varies
    retries: {max: 3, backoff: 30s}
    """)

  static let omnigrokModaddConstrainedSmall = Preset(
    "omnigrok-modadd-constrained-small",
    "the same with a small modulus, seconds on one machine",
    """
    # Addition modulo 31 by a small transformer whose weights keep their norm.
    # The sweep omnigrok-modadd-constrained at a fraction of its scale; see there for the paper.
    name: omnigrok-modadd-constrained-small
    workload: omnigrok-modadd
    settings:
      mode: landscape     # the norm is held
      alpha: 0.8
      p: 31
      fraction: 0.8       # of all pairs train, in full batches
      width: 64
      heads: 2
      hidden: 128
      weightDecay: 0
      steps: 1000
      logEvery: 10
    grid:
      seed: [0]
    retries: {max: 3, backoff: 30s}
    """)

  static let omnigrokModaddGrokkingSmall = Preset(
    "omnigrok-modadd-grokking-small",
    "grokking of a smaller modulus, a minute on one machine",
    """
    # Addition modulo 59 by a transformer of one layer that groks.
    # The sweep omnigrok-modadd-grokking at a fraction of its scale; see there for the paper.
    name: omnigrok-modadd-grokking-small
    workload: omnigrok-modadd
    settings:
      mode: grokking      # ordinary training
      p: 59
      fraction: 0.4       # of all pairs train, in full batches
      hidden: 256
      weightDecay: 1
      steps: 8000
      logEvery: 50
    grid:
      seed: [0]
    retries: {max: 3, backoff: 30s}
    """)
}
