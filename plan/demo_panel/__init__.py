"""The built-in demo panel: members who do not exist, their teams, and a few visits made before the demo begins.

Everything in it was made up for this project and is marked as test data. `members` and `more_members` are the table,
the other modules turn it into FHIR.
"""
