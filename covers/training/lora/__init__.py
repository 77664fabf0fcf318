"""What every training of a low-rank adapter shares: the base model, the taught modules, steps, files, the process of its own."""
