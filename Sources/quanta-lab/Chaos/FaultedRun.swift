import Posix

/// A kind of fault that a plan may hold.
protocol ChaosKind: Hashable, CaseIterable, RawRepresentable where RawValue == String {
  /// How long it lasts, where that is not drawn, milliseconds.
  var fixedMilliseconds: Int? { get }
  /// Why this machine cannot have it; nil where it can.
  var unavailability: String? { get }
}

/// A sweep that is run while faults befall it as planned.
protocol FaultedRun: AnyObject {
  associatedtype Fault: ChaosKind

  var place: ChaosPlace { get }
  var plan: [PlannedFault<Fault>] { get }
  var notes: ChaosNotes { get }
  var coordinator: KeptCoordinator { get }
  var course: FaultCourse<Fault> { get set }
  var recovery: Recovery { get }
  /// What may have something of an attempt left, by name.
  var machines: [String] { get }

  init(_ place: ChaosPlace, _ plan: [PlannedFault<Fault>])

  /// Makes what it runs on; false where that cannot be.
  func start() throws -> Bool
  /// Begins a fault; false when it has to wait.
  func begin(_ planned: PlannedFault<Fault>) throws -> Bool
  /// Everything that time brings; true when the sweep is done.
  func tend() throws -> Bool
  /// Waits until nobody works on what nobody reached when the sweep was done.
  func settle() throws
  /// The worker processes that a machine has.
  func workers(on machine: String) throws -> [String]
  /// The files of attempts that lie there.
  func files(on machine: String) -> [String]
  /// Ends every process that it has started.
  func end()
}

/// How far a plan of faults is.
struct FaultCourse<Fault: ChaosKind> {
  /// Faults that have begun, by kind.
  var count: [Fault: Int] = [:]
  /// Faults that are over.
  var over = 0
  /// When the next one is due, seconds since 1970 UTC.
  var due = 0.0

  /// The number of the one that begins, from 1.
  var next: Int { count.values.reduce(1, +) }
}

extension FaultedRun {
  var now: Double { wallClockSeconds() }

  func settle() throws {}

  func end() { coordinator.end() }

  /// Lets every fault of the plan happen, and the sweep come to its end.
  func perform() throws {
    let growth = coordinator.seeds
    try coordinator.launch()
    course.due = now
    for planned in plan {
      while try now < course.due || !begin(planned) {
        if try tend() { try coordinator.grow(by: growth) }
      }
      course.count[planned.fault, default: 0] += 1
      course.due = now + Double(planned.gap) * 1e-3
    }
    while course.over < plan.count { if try tend() { try coordinator.grow(by: growth) } }
    notes.say("no more faults; the sweep goes on to its end")
    while try !tend() {}
    try settle()
    // Once more with everything in order: it collects what a worker kept that nobody could reach when
    // the sweep was done, and lets every worker go.
    try coordinator.grow(by: 3)
    while try !tend() {}
    notes.say("done")
  }
}
