"""The lock screen: who, the secret, and what keeps records from opening."""
