internal import CUdev
internal import Glibc
internal import Media

/// What tells one device from another, whatever number the kernel gave it this time.
public struct DeviceIdentity: Hashable, Sendable, Codable {
  /// USB vendor id, four hexadecimal digits.
  public var vendorID: String?
  /// USB product id, four hexadecimal digits.
  public var productID: String?
  /// USB serial number; cheap devices have none, or all the same one.
  public var serial: String?
  /// Where it is plugged in, `pci-0000:00:14.0-usb-0:1:1.0`: udev's `ID_PATH`.
  public var topology: String?
  /// USB interface number, two hexadecimal digits: tells the nodes of one device apart.
  public var interfaceNumber: String?

  /// Makes an identity; what is not known is `nil`.
  public init(
    vendorID: String? = nil, productID: String? = nil, serial: String? = nil, topology: String? = nil,
    interfaceNumber: String? = nil
  ) {
    self.vendorID = vendorID
    self.productID = productID
    self.serial = serial
    self.topology = topology
    self.interfaceNumber = interfaceNumber
  }

  /// The identity of the character device with number `device` (`st_rdev`).
  static func ofCharacterDevice(_ device: dev_t) -> DeviceIdentity {
    unsafe read { unsafe udev_device_new_from_devnum($0, CChar(UInt8(ascii: "c")), device) }
  }

  /// The identity of the kernel's device `name` in `subsystem`, such as `card0` in `sound`.
  static func ofDevice(_ name: String, subsystem: String) -> DeviceIdentity {
    unsafe read { unsafe udev_device_new_from_subsystem_sysname($0, subsystem, name) }
  }

  /// Asks udev's database first, then the kernel's own tree, which is there without a udev daemon.
  private static func read(_ find: (OpaquePointer) -> OpaquePointer?) -> DeviceIdentity {
    guard let context = unsafe udev_new() else { return DeviceIdentity() }
    defer { unsafe udev_unref(context) }
    guard let device = unsafe find(context) else { return DeviceIdentity() }
    defer { unsafe udev_device_unref(device) }
    func property(_ name: String) -> String? {
      unsafe text(udev_device_get_property_value(device, name))
    }
    func attribute(_ name: String, of type: String) -> String? {
      // The parent belongs to the device and goes with it.
      guard let parent = unsafe udev_device_get_parent_with_subsystem_devtype(device, "usb", type) else { return nil }
      return unsafe text(udev_device_get_sysattr_value(parent, name))
    }
    let isUSB = unsafe udev_device_get_parent_with_subsystem_devtype(device, "usb", "usb_device") != nil
    return DeviceIdentity(
      vendorID: attribute("idVendor", of: "usb_device"),
      productID: attribute("idProduct", of: "usb_device"),
      // Without USB, udev fills ID_SERIAL_SHORT for a few buses only; it is still the device's own.
      serial: property("ID_SERIAL_SHORT") ?? (isUSB ? attribute("serial", of: "usb_device") : nil),
      topology: property("ID_PATH"),
      interfaceNumber: property("ID_USB_INTERFACE_NUM") ?? attribute("bInterfaceNumber", of: "usb_interface"))
  }

  private static func text(_ characters: UnsafePointer<CChar>?) -> String? {
    guard let characters = unsafe characters else { return nil }
    let text = unsafe ForeignText.cleaned(String(cString: characters))
    return text.isEmpty ? nil : text
  }
}
