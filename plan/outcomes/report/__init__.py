"""From the units of each measure to a report that may be shown: cells, hiding, rights, FHIR (ADR 0052)."""
