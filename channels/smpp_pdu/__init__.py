"""SMPP beneath its channel: `line` is one bind at a message centre; what it says of a text is read from its bytes."""
