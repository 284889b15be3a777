"""What is wrong where a page alone cannot say it, one file per subject; which there are, and when they run, say the gates."""
