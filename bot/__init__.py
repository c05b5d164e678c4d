"""Puts Pullquote together and owns all that is not Discord's face nor retrieval: settings, logs, ports, records."""
