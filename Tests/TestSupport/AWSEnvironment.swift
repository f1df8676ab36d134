internal import Foundation

/// The environment in which a client of AWS asks one server, as one identity, and looks nowhere else for either.
struct AWSEnvironment {
  var endpoint: URL
  var region: String
  var accessKeyID: String
  var secretAccessKey: String
  var sessionToken: String?
  /// The certificates to trust, where the server speaks HTTPS.
  var authority: URL?

  var variables: [String: String] {
    var all = [
      "AWS_ACCESS_KEY_ID": accessKeyID, "AWS_SECRET_ACCESS_KEY": secretAccessKey,
      // botocore reads only the second one.
      "AWS_REGION": region, "AWS_DEFAULT_REGION": region,
      "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    ]
    for service in ["IVS", "CLOUDWATCH", "STS"] { all["AWS_ENDPOINT_URL_\(service)"] = endpoint.absoluteString }
    if let sessionToken { all["AWS_SESSION_TOKEN"] = sessionToken }
    if let authority { all["AWS_CA_BUNDLE"] = authority.path }
    return all
  }
}
