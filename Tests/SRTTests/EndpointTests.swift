import Testing

@testable import SRT
