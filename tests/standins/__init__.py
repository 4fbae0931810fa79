"""GPUs where there are none: NVIDIA's libraries and its container hook, told by a file what to say."""
