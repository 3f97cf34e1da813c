"""What has changed between two datasets, such as those of two versions of Clipbook over the same pages."""
