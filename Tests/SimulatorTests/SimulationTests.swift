import Simulator
import Testing

@Suite struct SimulationTests {
  @Test func seed_simulatedTwice_givesTheSameTrace() {
    func trace() -> [String] {
      var lines: [String] = []
      _ = Simulation.run(seed: 5) { lines.append($0) }
      return lines
    }
    #expect(trace() == trace())
  }
}
