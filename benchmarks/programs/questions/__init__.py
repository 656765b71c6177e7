"""The ten group-by questions of the public db-benchmark, on its table G1."""
