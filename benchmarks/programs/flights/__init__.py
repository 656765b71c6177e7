"""Flights joined with their planes and the weather of their hour: the rows, or means by maker."""
