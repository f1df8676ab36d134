"""The parts of the fake Amazon IVS."""
