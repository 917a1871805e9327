"""The parts of section 8, in its order; each begins with a reset."""
