import SweepModel

/// The GPUs of a host as `facts` tells them: `2 0;NVIDIA A100;0;GPU-…|1;…`, how many come first, or `none` where
/// the host says that none is for us.
enum DeviceAnswer {
  static func text(_ devices: Devices) -> String {
    if devices.areWithheld { return "none" }
    let all = devices.all.map { device in
      [device.token, device.name, String(device.memoryBytes), device.uuid].map(plain)
        .joined(separator: ";")
    }
    return "\(all.count) \(all.joined(separator: "|"))"
  }

  private static func plain(_ text: String) -> String {
    String(text.map { $0 == ";" || $0 == "|" || $0.isNewline ? " " : $0 })
  }
}
