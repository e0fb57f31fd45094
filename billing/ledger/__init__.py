"""The ledger: charges, reversals, transfers, payments, balances, and the credit limit."""
