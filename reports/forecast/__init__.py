"""The forecast of badges ordered: computed once for a snapshot from published figures alone, and tried on the past first."""
