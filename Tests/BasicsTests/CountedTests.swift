import Basics
import Testing

struct CountedTests {
  @Test func counted_oneAndMany_haveTheirForms() {
    #expect(counted(1, "job") == "1 job" && counted(0, "job") == "0 jobs")
    #expect(counted(2, "try", plural: "tries") == "2 tries")
  }
}
