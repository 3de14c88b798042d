"""The two files exchanged with a payer, in layouts of our own (docs/payer-files.md). Pure: no database, no clock."""
