import Foundation
import Store
package import SweepModel

extension StoreReader {
  /// The status of the coordinator that runs on a store; nil when none does. One that is stopped by
  /// Ctrl-Z wrote its status before: its mode is ``RunStatus/Mode/suspended``.
  package var liveStatus: RunStatus? {
    let live = LiveFile(layout)
    guard live.isCoordinatorAlive, let bytes = (try? live.read()) ?? nil,
      var status = try? JSONDecoder().decode(RunStatus.self, from: Data(bytes))
    else { return nil }
    if StoreHolder(layout)?.isSuspended == true {
      status.mode = .suspended
      (status.secondsLeft, status.awaitsCosts) = (nil, nil)
    }
    return status
  }
}
