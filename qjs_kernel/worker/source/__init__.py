"""Guest source text: parsed, its types erased in place, made into the module text that QuickJS runs."""
