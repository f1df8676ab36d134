"""The list of ingest servers that the service gives to encoders."""


def ingests(host, secure_port, plain_port):
    """The fake's own ingest as the best, one that is out of order, and one that is deprecated."""
    def ingest(number, name, place, plain_place, priority, availability):
        return {
            "_id": number, "name": name, "availability": availability, "default": number == 1, "priority": priority,
            "url_template": f"rtmp://{plain_place}/app/{{stream_key}}",
            "url_template_secure": f"rtmps://{place}/app/{{stream_key}}",
        }
    return {"ingests": [
        ingest(3, "Asia: Nowhere (1) deprecated", "hkg99.invalid:443", "hkg99.invalid", 1, 1.0),
        ingest(1, "Test: Loopback (1)", f"{host}:{secure_port}", f"{host}:{plain_port}", 0, 1.0),
        ingest(2, "Europe: Nowhere (1)", "fra99.invalid:443", "fra99.invalid", 2, 0.0),
    ]}
