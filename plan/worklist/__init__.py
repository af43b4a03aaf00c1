"""Who is seriously ill, could be helped by palliative care, and was not reached yet: found in the whole roster."""
