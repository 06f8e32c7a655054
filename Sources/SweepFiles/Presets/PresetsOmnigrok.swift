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
}
