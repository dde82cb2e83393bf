"""An attacker who knows everything that was ever published, and the rules, against generated worlds."""
