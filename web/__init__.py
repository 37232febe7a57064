"""The site: public pages, chat, and the owner's web page."""
