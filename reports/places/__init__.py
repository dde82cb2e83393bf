"""Where orders come from: regions and councils with their ONS codes, and the ONS Postcode Directory."""
