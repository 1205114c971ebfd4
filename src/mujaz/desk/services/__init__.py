"""The services of the desk: one for each subject, used by screens and API alike."""
