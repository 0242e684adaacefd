"""Read and understood: rules say who must, appointments of the day decide, confirmations prove."""
