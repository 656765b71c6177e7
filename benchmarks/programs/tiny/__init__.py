"""A hundred rows filtered, multiplied and summed: what a tool costs before it does anything."""
