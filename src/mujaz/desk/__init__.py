"""The desk: the editors' web application and its API, over the functions of the command line."""
