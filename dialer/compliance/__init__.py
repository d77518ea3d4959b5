"""May this number be dialled now? The rules of law as data, and the verdict on one number at one moment. Pure."""
