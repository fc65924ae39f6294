"""The sections of the summary, one file each: tables of a release in, plain figures and sentences out."""
