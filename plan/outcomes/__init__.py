"""Care seen as a whole: facts drawn out of the FHIR store, and the figures that are made of them (ADR 0050)."""
