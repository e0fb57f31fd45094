"""The lines of folios: posting, reversing, transferring, paying, numbering."""
