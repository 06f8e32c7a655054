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
  /// Faults that have begun, by kind.
  var count: [Fault: Int] { get }
  var recovery: Recovery { get }
  /// What may have something of an attempt left, by name.
  var machines: [String] { get }

  init(_ place: ChaosPlace, _ plan: [PlannedFault<Fault>])

  /// Makes what it runs on; false where that cannot be.
  func start() throws -> Bool
  /// Lets every fault of the plan happen, and the sweep come to its end.
  func perform() throws
  /// The worker processes that a machine has.
  func workers(on machine: String) throws -> [String]
  /// The files of attempts that lie there.
  func files(on machine: String) -> [String]
  /// Ends every process that it has started.
  func end()
}

extension FaultedRun {
  func end() { coordinator.end() }
}
