import Store
import SweepModel
import Testing

@testable import Operations

/// Sweeps whose files change: nothing that is recorded leaves a sweep unsaid.
struct SweepReplacementTests {
  private let text = """
    name: widths
    workload: self-test
    settings: {steps: 3}
    grid: {size: [10, 20, 40, 80], seed: [0, 1]}
    fits: {c: {x: size, y: loss.final}}
    """

  @Test func definition_thatIsTheSame_losesNothing() throws {
    let stored = try StoredSweep(text)
    let same = try stored.replacement(text)
    #expect(!same.losesResults && same.departure == nil)
    let larger = try stored.replacement(text.replacing("[0, 1]", with: "[0, 1, 2]"))
    #expect(!larger.losesResults && larger.departure == nil)
  }

  @Test func definition_thatLosesResults_namesThem() throws {
    let stored = try StoredSweep(text)
    let edited = try stored.replacement(text.replacing(", 80]", with: "]"))
    let others = try ["seed=3,4", "size=10,20,40"].map { try stored.replacement(text, [$0]) }
    for replacement in [edited] + others {
      #expect(replacement.losesResults && replacement.departure == nil)
      #expect(replacement.text.contains("would leave the sweep widths"), "\(replacement.text)")
      #expect(replacement.text.contains("size=80 seed=1"), "\(replacement.text)")
      #expect(replacement.remedy.contains("--replace"), "\(replacement.remedy)")
      #expect(throws: (any Error).self) {
        try replacement.checkNothingElseLeaves(since: stored.replacement(text))
      }
      try replacement.checkNothingElseLeaves(since: replacement)
    }
    #expect(others[0].remedy.contains("--add seed=3,4` adds to the sweep instead"))
  }

  /// Where all jobs differ in the same, that is said.
  @Test func definition_thatChangesEveryJob_saysWhatIsOther() throws {
    let stored = try StoredSweep(text)
    let mended = try stored.replacement(text.replacing("steps: 3", with: "steps: 4"))
    #expect(mended.text.contains("They have steps 3 where it is 4 now"), "\(mended.text)")
    let edited = try stored.replacement(text.replacing(", 80]", with: "]"))
    #expect(!edited.text.contains("They have"), "\(edited.text)")
  }

  @Test func definition_thatLosesJobsWithoutResults_saysHowMany() throws {
    let stored = try StoredSweep(text, done: false)
    let mended = try stored.replacement(text.replacing("steps: 3", with: "steps: 4"))
    #expect(!mended.losesResults)
    #expect(mended.departure == "widths: 8 jobs without results leave the sweep")
  }

  @Test func editedFile_asAnArgument_bringsItsFitsAndSaysWhatDiffers() throws {
    let stored = try StoredSweep(text)
    let reader = try StoreReader.open(at: stored.folder)
    var notes: [String] = []
    let same = try SweepArgument.record(
      stored.write("same.yaml", text), in: reader, note: { notes.append($0) })
    #expect(same.fits == stored.sweep.fits && notes.isEmpty)
    let edited = try SweepArgument.record(
      stored.write(
        "w.yaml",
        text.replacing("fits: {c:", with: "fits: {slope:").replacing("[0, 1]", with: "[0, 1, 2]")),
      in: reader, note: { notes.append($0) })
    #expect(edited.fits.map(\.name) == ["slope"])
    #expect(notes.count == 2)
    #expect(notes.first?.contains("the store lacks 4 jobs of the file") == true, "\(notes)")
    #expect(notes.last?.contains("w.yaml; the store has other ones") == true, "\(notes)")
  }
}
