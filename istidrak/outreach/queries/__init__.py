"""What the pages of outreach need, already scoped."""
