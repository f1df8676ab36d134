internal import NIOCore
internal import NIOHTTP1

/// What the second port says to load balancers and to Prometheus.
enum AdminPages {
  static func answer(_ request: HTTPRequestHead, _ admission: Admission) -> HTTPAnswer {
    guard request.method == .GET || request.method == .HEAD else {
      return HTTPAnswer(.methodNotAllowed, "use GET")
    }
    switch request.uri.prefix(while: { $0 != "?" }) {
    case "/healthz": return HTTPAnswer(.ok, "alive")
    case "/readyz":
      return admission.registry.isDraining ? HTTPAnswer(.serviceUnavailable, "draining") : HTTPAnswer(.ok, "ready")
    case "/metrics":
      var answer = HTTPAnswer(.ok, "")
      answer.type = "text/plain; version=0.0.4; charset=utf-8"
      answer.body.clear()
      answer.body.writeString(
        admission.metrics.text(
          activeSessions: admission.registry.count, transcodes: admission.transcodes,
          isDraining: admission.registry.isDraining))
      return answer
    default: return HTTPAnswer(.notFound, "there are /healthz, /readyz and /metrics")
    }
  }
}
