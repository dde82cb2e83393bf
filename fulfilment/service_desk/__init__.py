"""What customer service needs at hand: find anybody by anything, and one page that tells all of one person."""
