"""Reference plan backend: a small FHIR R4 server with SMART sign-in."""
