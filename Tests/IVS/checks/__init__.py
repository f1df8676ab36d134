"""What the fake Amazon IVS is checked for."""
