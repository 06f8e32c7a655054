import Glibc
import SweepModel

// A look at other forms: which one explains what the residuals show.

extension Diagnosis {
  /// Another form and the one that was fitted.
  struct Advice {
    let row: FormComparison.Row
    let own: FormComparison.Row

    init(row: FormComparison.Row, own: FormComparison.Row) {
      self.row = row
      self.own = own
    }

    init?(_ comparison: FormComparison) {
      guard let row = comparison.advised, let own = comparison.rows.first(where: \.isFitted) else {
        return nil
      }
      (self.row, self.own) = (row, own)
    }
  }

  /// What a look at other forms came to.
  struct Look {
    /// The residuals of the advised form, else of the fitted one.
    var residuals: TangentResiduals
    /// The dependence that is left in them.
    var serial: Serial?
    /// A form to be advised.
    var advised: Advice?
    /// A form that follows the points and cannot be advised.
    var followed: Advice?
  }

  /// What looks like dependence may be a bend that another form follows, and the other way round.
  /// Both may be there: the form then explains more than noise as dependent as what it leaves.
  ///
  /// - Parameters:
  ///   - compares: true where all forms have been compared anyway.
  ///   - compared: what that came to.
  func look(
    at rivals: Rivals, compares: Bool, compared: FormComparison?, _ residuals: TangentResiduals,
    _ serial: Serial?,
    _ known: SerialDependence?, _ order: PointOrder
  ) -> Look {
    let groupings = order.groupings
    let pairs =
      serial.map { order.neighbours($0.grouping) } ?? (known == nil ? [] : order.companions)
    func isFree(_ row: FormComparison.Row) -> Bool {
      guard let residuals = rivals.residuals(row) else { return false }
      return (self.serial(residuals, order, groupings)?.test.p ?? 1) > Self.level
        && self.known(residuals, order) == nil
    }
    func isBeyondNoise(_ row: FormComparison.Row) -> Bool {
      guard form.inputCount == 1, let other = rivals.residuals(row),
        let noise = WaveringNoise(
          residuals, points.map { log($0.x) },
          extra: row.form.parameters.count - form.parameters.count, pairs)
      else { return false }
      return noise.isExceeded(by: other)
    }
    func explains(_ row: FormComparison.Row) -> Bool { isFree(row) || isBeyondNoise(row) }
    var look = Look(residuals: residuals, serial: serial)
    let found = compares ? (comparison: compared, bend: nil) : rivals.advice(explains)
    if let bend = found.bend {
      if isFree(bend.row) { look.serial = nil } else { look.followed = bend }
    }
    if let advice = found.comparison.flatMap(Advice.init), explains(advice.row),
      let other = rivals.residuals(advice.row)
    {
      look.serial = isFree(advice.row) ? nil : self.serial(other, order, groupings)
      (look.advised, look.residuals) = (advice, other)
    }
    return look
  }
}
