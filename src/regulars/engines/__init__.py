"""Where SQL runs: the only room that knows what is underneath."""
