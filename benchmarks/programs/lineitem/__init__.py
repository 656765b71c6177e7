"""Jobs on TPC-H's table ``lineitem``: Q1, Q6, and a clean-up without and with five checks."""
