"""The resource types this server keeps.

Search, indexing, access, the CapabilityStatement and `Prefer: handling=strict` all read this one table. Parameter
names and elements are those of the R4 specification (hl7.org/fhir/R4/searchparameter-registry.html); an element
path is dotted and passes through lists, `a/b` names two elements, `medication[x]` is written out.
"""

from __future__ import annotations

from plan.fhir.kinds import CLINICAL, ID, OPEN, PLAN, SHARED, Param, ResourceType
from plan.fhir.kinds_clinical import CLINICAL_KINDS
from plan.fhir.kinds_plan import PLAN_KINDS

__all__ = ["CLINICAL", "ID", "OPEN", "PLAN", "SHARED", "TYPES", "Param", "ResourceType"]

TYPES: dict[str, ResourceType] = {each.name: each for each in [*PLAN_KINDS, *CLINICAL_KINDS]}
