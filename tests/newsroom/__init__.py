"""An invented newsroom: articles in readable Arabic, and a web server that also misbehaves."""
