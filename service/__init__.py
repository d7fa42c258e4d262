"""Settings, wiring, HTTP and command line: what people and programs touch."""
