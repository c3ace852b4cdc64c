"""What resembles an example: sentences as vectors, and a judgement that is learnt from a rule's own examples."""
