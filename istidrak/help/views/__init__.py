"""Pages of help: texts, questions, and answers that became help."""
