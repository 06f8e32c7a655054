import Basics
import SweepModel

extension Double {
  /// The number as sentences about compute have it: four significant digits, from 10⁵ on and below
  /// 10⁻³ with a power of ten, `5.76e23`, whether whole or not.
  public var inCompute: String {
    guard let rounded = DecimalNumber(self)?.significant(4), let power = rounded.leadingPlace,
      power >= 5 || power < -3, let mantissa = Double(rounded.divided(byTenTo: power).text)
    else { return printable }
    return "\(mantissa.printable)e\(power)"
  }
}
