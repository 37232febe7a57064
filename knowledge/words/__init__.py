"""Words of a text: found, counted and weighed, in Japanese and English."""
