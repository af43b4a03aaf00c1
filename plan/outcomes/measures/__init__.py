"""The measures: definitions as data, one statement of SQL each over the fact tables (ADR 0051, "
"docs/measures.md)."""
