"""What analysts take away of a published snapshot: a workbook, the same as OpenDocument, CSV files and what describes them."""
