"""The REST client: one request in, one typed value or one typed failure out, within the weight budget."""
