"""The figures of a running server over time: latencies, quantiles, batches, and an hour of them in little memory."""
