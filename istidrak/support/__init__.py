"""Social support to schooling: conditional transfers, from absences to a payment that anyone can check."""
