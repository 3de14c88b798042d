"""Tables in and out: reading real lists, dates and headings, writing workbooks. Knows no domain word."""
