"""One file, one submodel of the ODD. A rule never imports another rule."""
