"""The tables that the jobs read, each made once for a scale and a format."""
