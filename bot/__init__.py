"""Puts Pullquote together: settings, the service on Discord, its records, the command line."""
