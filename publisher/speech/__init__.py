"""Speech to text, offline: a recording's talk in, its words with times, speakers and doubts out."""
