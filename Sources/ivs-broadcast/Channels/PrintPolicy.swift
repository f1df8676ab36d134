internal import ArgumentParser

/// `ivs-broadcast channels policy`.
struct PrintPolicy: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Prints the IAM policy with the permissions needed.",
    discussion: """
      The first statement is what streaming needs; the others are optional, each for what it is called.

        ivs-broadcast channels policy > policy.json
        aws iam put-user-policy --user-name camera --policy-name ivs-broadcast --policy-document file://policy.json
      """)

  func run() { Output.result(AccountPolicy.json) }
}

/// What the AWS account has to allow: the file assets/iam-policy.json is made from it.
enum AccountPolicy {
  private static let statements: [(name: String, actions: [String])] = [
    (
      "StreamToChannels",
      [
        "ivs:BatchGetChannel", "ivs:GetChannel", "ivs:GetStream", "ivs:GetStreamKey", "ivs:GetStreamSession",
        "ivs:ListChannels", "ivs:ListStreamKeys", "ivs:ListStreamSessions",
      ]
    ),
    ("OptionalSeeWhichChannelsAreLive", ["ivs:ListStreams"]),
    ("OptionalSendMetadata", ["ivs:PutMetadata"]),
    ("OptionalStopStreams", ["ivs:StopStream"]),
    ("OptionalRotateStreamKeys", ["ivs:CreateStreamKey", "ivs:DeleteStreamKey"]),
    ("OptionalCreateChannels", ["ivs:CreateChannel", "ivs:TagResource"]),
    ("OptionalChangeChannels", ["ivs:UpdateChannel"]),
    ("OptionalDeleteChannels", ["ivs:DeleteChannel"]),
    ("OptionalReadBilledIngestMetrics", ["cloudwatch:GetMetricData"]),
  ]

  /// The document, as `aws iam` takes it.
  static var json: String {
    let blocks = statements.map { statement in
      let lines = statement.actions.map { "        \"\($0)\"" }.joined(separator: ",\n")
      let only = statement.actions.count == 1 ? "\"\(statement.actions[0])\"" : "[\n\(lines)\n      ]"
      return """
            {
              "Sid": "\(statement.name)",
              "Effect": "Allow",
              "Action": \(only),
              "Resource": "*"
            }
        """
    }
    return """
      {
        "Version": "2012-10-17",
        "Statement": [
      \(blocks.joined(separator: ",\n"))
        ]
      }
      """
  }
}
