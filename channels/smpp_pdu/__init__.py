"""What an operator's message centre says of a text, in bytes. Pure; the client that speaks SMPP is the channel's."""
