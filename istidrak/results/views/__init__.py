"""Pages of results: a group's grid, entering marks, one learner, completing, curricula."""
