import Media
import Networking
import Settings

@testable import Publishing

let failure = PublishFailure(Explanation("ingest.example:443 closed the connection"), .temporary)
let sourceFailure = OperatorFailure("/dev/video0 is gone", .inputOutput)

/// So many seconds on the clock of the events.
func at(_ seconds: Double) -> MediaTime { MediaTime(nanoseconds: Int64(seconds * 1e9)) }
