"""Recording a death, what stands on a person's page, telling the team, calls to the family."""
