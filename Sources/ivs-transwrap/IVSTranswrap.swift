internal import ArgumentParser
@main
struct IVSTranswrap: AsyncParsableCommand {}
