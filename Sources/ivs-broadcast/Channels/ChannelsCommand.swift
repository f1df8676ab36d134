internal import ArgumentParser

/// `ivs-broadcast channels`: the channels of an AWS account.
struct ChannelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "channels",
    abstract: "Lists, shows, creates and changes the IVS channels of an AWS account.",
    discussion: """
      Credentials and region are found as by the AWS CLI; `channels policy` prints the permissions needed.
      CHANNEL is an ARN, the name of a channel in the account's region, or a saved channel that has an ARN.

        ivs-broadcast channels list --live
        ivs-broadcast channels create venue --type basic --save venue
        ivs-broadcast stream --channel venue

      A stream key is never printed: it is kept in channels.yaml (save, --save) or in a file of its own (--key-file), \
      both readable by their owner only.

      Exit codes:
        0   done
        64  wrong option, or there is nobody to ask and no --yes
        65  AWS refuses the request as not valid
        66  no such channel or file
        68  unknown host
        69  not possible now: the channel is live, or offline, or a quota is used up
        71  this machine's clock is wrong
        73  a file cannot be made
        75  no answer in time, or throttled
        76  certificate or protocol
        77  not allowed, or not agreed to
        78  no credentials, no region, or a wrong settings file
      """,
    subcommands: [
      ListChannels.self, ShowChannel.self, CreateChannel.self, UpdateChannel.self, DeleteChannel.self, RotateKey.self,
      StopStream.self, SendMetadata.self, ListSessions.self, SaveChannel.self, PrintPolicy.self,
    ])
}
