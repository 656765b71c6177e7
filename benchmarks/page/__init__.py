"""The page docs/performance.md and its picture, made from the raw results."""
