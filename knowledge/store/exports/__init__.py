"""What an owner takes along, read out of the store, and exports that are being brought back."""
