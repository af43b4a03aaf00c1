"""One module a subject: each draws its facts out of a person's record, as rows without `patient_id`."""
