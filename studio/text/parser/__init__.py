"""What the parser of protobuf text is made of: the scanner, the tree that grows, and how it goes on after a mistake."""
