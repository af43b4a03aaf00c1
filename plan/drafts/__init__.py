"""Copies of visits that nobody signed yet, so that a tablet may die at noon. Beside FHIR on purpose: no search, export
or count can meet one.
"""
