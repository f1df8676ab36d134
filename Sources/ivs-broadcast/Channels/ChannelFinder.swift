internal import Broadcast
internal import BroadcastConfiguration
internal import IVS
internal import Interface
internal import Settings

extension AccountAccess {
  /// The channel that a text means: its ARN, the name of a channel in the account, or that of a saved one with an ARN.
  /// - Throws: one line where it means none, or several; then with their ARNs.
  func find(_ text: String) async throws -> ChannelARN {
    if ChannelARN.isMeant(by: text) {
      guard let arn = ChannelARN(text) else {
        throw OperatorFailure(
          "'\(text.printable)' is not the ARN of a channel (arn:aws:ivs:REGION:ACCOUNT:channel/ID)", .usage)
      }
      return arn
    }
    let channels = try SavedChannels(path: place.channelsFile)
    let (saved, names) = (channels[text], channels.entries.map(\.name))
    let inAccount: [ChannelARN]
    do throws(IVSError) { inAccount = try await named(text, isSaved: saved != nil) } catch {
      // Who only mistyped a saved channel's name needs no account.
      switch error {
      case .noRegion, .credentials:
        var reason = error.failure
        // Without credentials a region helps nobody.
        do { _ = try await provider.credentials() } catch { reason = OperatorFailure(any: error) }
        throw SavedChannels.unknown(text.printable, saved: names, account: .unasked(reason))
      default: throw error
      }
    }
    if inAccount.isEmpty, let saved, saved.arn == nil {
      throw OperatorFailure(
        "'\(text.printable)' is saved by its address (\(saved.address)), and is no channel of an AWS account as far as"
          + " is known", "give the ARN of a channel", .noInput)
    }
    return try ChannelChoice.choose(text, inAccount: inAccount, saved?.arn, ivs.region, names)
  }

  /// The account's channels of that name.
  private func named(_ text: String, isSaved: Bool) async throws(IVSError) -> [ChannelARN] {
    guard !text.isEmpty, ChannelName.isValid(text) else { return [] }
    do throws(IVSError) {
      return try await ivs.allChannels(named: text).filter { $0.name == text }.map(\.arn)
    } catch {
      switch error {
      // Whose channel is saved needs neither a region nor the right to list.
      case .noRegion where isSaved, .credentials where isSaved, .accessDenied where isSaved: return []
      default: throw error
      }
    }
  }
}

/// Decides between channels that a name may mean.
///
/// Pure.
enum ChannelChoice {
  static func choose(
    _ name: String, inAccount: [ChannelARN], _ saved: ChannelARN?, _ region: String?,
    _ names: [String] = []
  ) throws(OperatorFailure) -> ChannelARN {
    var candidates = inAccount
    if let saved, !candidates.contains(saved) { candidates.append(saved) }
    if candidates.count == 1, let only = candidates.first { return only }
    guard candidates.isEmpty else {
      throw OperatorFailure(
        "'\(name.printable)' may be any of \(candidates.count) channels, give the ARN of one: "
          + candidates.map(\.text).joined(separator: ", "), .usage)
    }
    if let meant = suggestion(for: name, among: names) {
      throw OperatorFailure(
        "\(SavedChannels.notSaved(name.printable, saved: names)), and the AWS account has none of that name",
        "did you mean '\(meant)'?", .noInput)
    }
    throw OperatorFailure(
      "no channel is called '\(name.printable)'\(region.map { " in \($0)" } ?? ""), and no saved channel of that name has"
        + " an ARN", "`ivs-broadcast channels list` shows them", .noInput)
  }
}
