internal import Synchronization

/// Looking at a device and opening it exclude each other: a driver answers one of them with "busy".
enum DeviceAccess {
  static let cameras = Mutex(())
  static let microphones = Mutex(())
}
