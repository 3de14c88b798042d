"""Pages of training: groups, roll-calls, learners, insertion."""
