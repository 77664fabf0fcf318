"""What every training of a low-rank adapter shares: the base model, the modules with LoRA, steps, files, the process of its own."""
