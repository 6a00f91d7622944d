"""The assistant: instructions, models, tools, and one turn of a conversation."""
