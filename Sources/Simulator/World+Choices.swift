import Basics
import Scheduler
import SweepModel

// Runs whose jobs are chosen one after another: the rules of `LiveFits`, its choices left to chance.

extension World {
  /// The coordinator that is about to start runs only what is chosen.
  func beginChoosing() {
    coordinator.chosen = []
    agenda.plan(.chooses(life: coordinator.life), at: now + random.uniform(0, 5))
  }

  /// Chooses further jobs, at times before the last ones have ended, and ends the run when what is
  /// done suffices or no job is left.
  func chooseJobs(_ life: Int) {
    guard coordinator.isUp, coordinator.life == life, let chosen = coordinator.chosen else {
      return
    }
    agenda.plan(.chooses(life: life), at: now + random.uniform(1, 40))
    let states = store.entries(coordinator.jobs).map(\.state)
    let isUnderWay = zip(coordinator.jobs, states).contains { job, state in
      state == .running || state == .waiting && chosen.contains(job)
    }
    // An analysis that fails ends the run whatever is under way.
    let isEnough =
      isUnderWay
      ? random.chance(0.02) : !states.contains(.waiting) || random.chance(0.1)
    if isEnough { return request(.drain) }
    if isUnderWay, random.chance(0.6) { return }
    let keys = someJobs()
    coordinator.chosen?.formUnion(keys.map(Scenario.index))
    request(.choose(keys))
  }
}
