"""What goes on by itself while the terminal runs: alerts that are watched for, stops that trail."""
