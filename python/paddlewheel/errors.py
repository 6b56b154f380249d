"""What is wrong with the files of a study."""


class StudyError(Exception):
    """A file of a study that is missing, damaged, or of another kind: the message names it."""
