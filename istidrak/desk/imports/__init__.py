"""Lists as offices, schools, caravans and centres send them: recognised, read row by row, nothing invented.

`read_tables` (base.exchange) -> `recognise` -> `parse_rows` -> `message` for each problem. Pure: no table is written.
"""
