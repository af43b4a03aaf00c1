"""One questionnaire in the hands of the person who answers it."""
