"""What every cog needs of Discord: buttons, pages, messages, admission."""
