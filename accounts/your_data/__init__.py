"""What people do about their own data, by themselves: a copy, corrections, limiting use, objecting, deleting."""
