"""Training our own encoder on questions written for passages. Used by `make train` only, never when serving."""
