"""Pages of accounts: those one answers for, the second factor, what stands around a sign-in."""
