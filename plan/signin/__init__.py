"""Signing in: SMART on FHIR authorization for the app, on Authlib's framework-neutral core."""
