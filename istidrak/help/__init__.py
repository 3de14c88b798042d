"""Help beside every task, guides by role, and questions whose answers become help."""
