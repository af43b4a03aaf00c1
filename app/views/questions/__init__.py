"""What a supervisor asks or thanks for, where the nurse reads and answers it."""
