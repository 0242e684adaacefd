"""Read and understood: rules define who must read, today's appointments decide, confirmations
prove."""
