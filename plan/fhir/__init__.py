"""The FHIR R4 routes of the reference plan backend."""
